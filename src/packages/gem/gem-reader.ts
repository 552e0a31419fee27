import { isString } from '../../layer/entry-columns.ts';
import { nameOf, textField } from '../json-field.ts';
import { type FoundPackage, type PackageReader, PLAIN, type VisibleValue } from '../package-reader.ts';
import { gemCollector, gemRoot } from './gem-collector.ts';

export const gemReader: PackageReader = {
  type: 'gem',
  collector: gemCollector,
  databases: new Map(),

  read(values) {
    const extensions = new Map<string, string[]>();
    for (const { value } of values) {
      if (!isString(value)) continue;
      const directory = directoryOfExtension(value);
      if (directory === null) continue;
      const others = extensions.get(directory);
      if (others === undefined) extensions.set(directory, [value]);
      else others.push(value);
    }
    return values.flatMap(value => describe(value, extensions) ?? []);
  },
};

function describe(
  { path, value }: VisibleValue,
  extensions: ReadonlyMap<string, readonly string[]>,
): FoundPackage | null {
  const root = gemRoot(path);
  const name = nameOf(textField(value, 'name'));
  const version = nameOf(textField(value, 'version'));
  if (root === null || name === null || version === null) return null;
  const platform = textField(value, 'platform');
  // NAME-VERSION, with the platform where the gem is made for one.
  const full = baseOf(path).slice(0, -'.gemspec'.length);
  const directory = `${root}/gems/${full}`;
  return {
    ...PLAIN,
    type: 'gem',
    name,
    version,
    architecture: platform === '' || platform === 'ruby' ? null : platform,
    path: directory,
    source: path,
    files: [`${path}\n${root}/cache/${full}.gem`],
    directories: [directory, `${root}/doc/${full}`, ...(extensions.get(directory) ?? [])],
  };
}

/** `ROOT/gems/FULL` of `ROOT/extensions/PLATFORM/API/FULL`. */
function directoryOfExtension(path: string): string | null {
  const [full, , , above, ...rest] = path.split('/').reverse();
  return above === 'extensions' ? [...rest.reverse(), 'gems', full].join('/') : null;
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
