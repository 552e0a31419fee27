import { baseName } from '../base/slash-path.ts';
import type { FileCollector } from '../layer/collector.ts';
import { isString, type JsonValue } from '../layer/json-value.ts';
import { decodeText, forEachLine } from './collected-text.ts';
import {
  type FoundPackage,
  type PackageReader,
  PLAIN,
  readName,
  textField,
  type VisibleValue,
} from './package-reader.ts';

const SPECIFICATIONS = '/specifications/';
const GEMSPEC = '.gemspec';
const EXTENSIONS = '/extensions/';
const BUILT = '/gem.build_complete';
/** The specification that gem writes is a few kilobytes. Bytes. */
const MAX_SPECIFICATION = 1024 * 1024;
const HEAD = 64 * 1024;

/**
 * The specifications of installed gems, and the marks of extensions that were built for them.
 * @see https://guides.rubygems.org/specification-reference/
 */
const gemCollector: FileCollector = {
  id: 'gem',
  version: 1,

  wants: ({ path, size }) =>
    (path.endsWith(GEMSPEC) && size <= MAX_SPECIFICATION && gemRoot(path) !== null) ||
    (path.endsWith(BUILT) && path.includes(EXTENSIONS)),

  collect({ path }, content) {
    if (path.endsWith(BUILT)) return path.slice(0, -BUILT.length);
    return readSpecification(decodeText(content.subarray(0, HEAD)));
  },
};

/**
 * The directory that holds `specifications`, `gems`, `cache` and the rest; null when the path is not an installed gem's.
 * Gems that Ruby came with are in `specifications/default`.
 */
function gemRoot(path: string): string | null {
  const directory = path.slice(0, path.lastIndexOf('/') + 1);
  for (const end of [SPECIFICATIONS, `${SPECIFICATIONS}default/`]) {
    if (directory.endsWith(end)) return directory.slice(0, -end.length);
  }
  return null;
}

/** gem writes name, version and platform into a comment, so that they can be read without running the file. */
const STUB = /^# stub: (\S{1,256}) (\S{1,256}) (\S{1,256})(?: |$)/;
const NAME = /^ {2}s\.name = "([^"]{1,256})"/;
const VERSION = /^ {2}s\.version = (?:Gem::Version\.new\()?"([^"]{1,256})"/;

function readSpecification(text: string): JsonValue | null {
  let name: string | null = null;
  let version: string | null = null;
  let platform = 'ruby';
  forEachLine(text, line => {
    const stub = STUB.exec(line);
    if (stub !== null) {
      name ??= readName(stub[1]);
      version ??= readName(stub[2]);
      platform = stub[3] ?? platform;
    } else {
      name ??= readName(NAME.exec(line)?.[1]);
      version ??= readName(VERSION.exec(line)?.[1]);
    }
  });
  return name === null || version === null ? null : { name, version, platform };
}

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
    return values.flatMap(value => describeGem(value, extensions) ?? []);
  },
};

function describeGem(
  { path, value }: VisibleValue,
  extensions: ReadonlyMap<string, readonly string[]>,
): FoundPackage | null {
  const root = gemRoot(path);
  const name = readName(textField(value, 'name'));
  const version = readName(textField(value, 'version'));
  if (root === null || name === null || version === null) return null;
  const platform = textField(value, 'platform');
  // NAME-VERSION, with the platform where the gem is made for one.
  const full = baseName(path).slice(0, -'.gemspec'.length);
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
