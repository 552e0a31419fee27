import { isListOf, isString } from '../../layer/entry-columns.ts';
import { nameOf, textField } from '../json-field.ts';
import { type FoundPackage, type PackageReader, PLAIN, type VisibleValue } from '../package-reader.ts';
import { parentOf, pythonCollector } from './python-collector.ts';

export const pythonReader: PackageReader = {
  type: 'pypi',
  collector: pythonCollector,
  databases: new Map(),

  read(values) {
    const byPath = new Map(values.map(({ path, value }) => [path, value]));
    return values.flatMap(found => describe(found, byPath) ?? []);
  },
};

function describe(
  { path, value }: VisibleValue,
  byPath: ReadonlyMap<string, VisibleValue['value']>,
): FoundPackage | null {
  const name = nameOf(textField(value, 'name'));
  if (name === null) return null;
  const common = {
    ...PLAIN,
    type: 'pypi',
    name,
    version: textField(value, 'version'),
    source: path,
  } as const;
  // distutils wrote a file where others have a directory.
  if (path.endsWith('.egg-info')) return { ...common, path, files: [path] };
  const metadata = parentOf(path);
  const site = parentOf(metadata);
  // An egg is a directory of its own, with its metadata inside.
  if (metadata.endsWith('/EGG-INFO'))
    return { ...common, path: site, directories: site === '' ? [] : [site] };
  const record = byPath.get(`${metadata}/RECORD`) ?? byPath.get(`${metadata}/installed-files.txt`);
  if (isString(record)) return { ...common, path: metadata, files: [record], directories: [metadata] };
  const modules = byPath.get(`${metadata}/top_level.txt`);
  const names = isListOf(modules, isString) ? modules : [];
  const within = site === '' ? '' : `${site}/`;
  return {
    ...common,
    path: metadata,
    files: [names.map(module => `${within}${module}.py`).join('\n')],
    directories: [metadata, ...names.map(module => within + module)],
  };
}
