import type { FileCollector } from '../../layer/collector.ts';
import type { JsonValue } from '../../layer/layer-scan.ts';
import { forEachLine, textOf } from '../file-text.ts';
import { nameOf } from '../json-field.ts';

const SPECIFICATIONS = '/specifications/';
const GEMSPEC = '.gemspec';
const EXTENSIONS = '/extensions/';
const BUILT = '/gem.build_complete';
/** The specification that gem writes is a few kilobytes. Bytes. */
const LARGEST = 1024 * 1024;
const HEAD = 64 * 1024;

/**
 * The specifications of installed gems, and the marks of extensions that were built for them.
 * @see https://guides.rubygems.org/specification-reference/
 */
export const gemCollector: FileCollector = {
  id: 'gem',
  version: 1,

  wants: ({ path, size }) =>
    (path.endsWith(GEMSPEC) && size <= LARGEST && gemRoot(path) !== null) ||
    (path.endsWith(BUILT) && path.includes(EXTENSIONS)),

  collect({ path }, content) {
    if (path.endsWith(BUILT)) return path.slice(0, -BUILT.length);
    return identity(textOf(content.subarray(0, HEAD)));
  },
};

/**
 * The directory that holds `specifications`, `gems`, `cache` and the rest; null when the path is no installed gem's.
 * Gems that Ruby came with are in `specifications/default`.
 */
export function gemRoot(path: string): string | null {
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

function identity(text: string): JsonValue | null {
  let name: string | null = null;
  let version: string | null = null;
  let platform = 'ruby';
  forEachLine(text, line => {
    const stub = STUB.exec(line);
    if (stub !== null) {
      name ??= nameOf(stub[1]);
      version ??= nameOf(stub[2]);
      platform = stub[3] ?? platform;
    } else {
      name ??= nameOf(NAME.exec(line)?.[1]);
      version ??= nameOf(VERSION.exec(line)?.[1]);
    }
  });
  return name === null || version === null ? null : { name, version, platform };
}
