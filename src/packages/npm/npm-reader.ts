import { isString } from '../../layer/entry-columns.ts';
import { forEachLine } from '../file-text.ts';
import { nameOf, textField } from '../json-field.ts';
import { type FoundPackage, type PackageReader, PLAIN } from '../package-reader.ts';
import { npmCollector, packageDirectory } from './npm-collector.ts';

export const npmReader: PackageReader = {
  type: 'npm',
  collector: npmCollector,
  databases: new Map(),

  read(values) {
    const development = new Set<string>();
    for (const { value } of values) if (isString(value)) forEachLine(value, path => development.add(path));
    const found: FoundPackage[] = [];
    for (const { path, value } of values) {
      const directory = packageDirectory(path);
      const name = nameOf(textField(value, 'name'));
      if (directory === null || name === null) continue;
      found.push({
        ...PLAIN,
        type: 'npm',
        name,
        version: textField(value, 'version'),
        path: directory,
        source: path,
        directories: [directory],
        isDevelopment: development.has(directory),
      });
    }
    return found;
  },
};
