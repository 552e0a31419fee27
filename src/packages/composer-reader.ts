import { excessOfJson } from '../base/json-shape.ts';
import { cleanPath } from '../layer/clean-path.ts';
import type { FileCollector } from '../layer/collector.ts';
import type { JsonValue } from '../layer/json-value.ts';
import { decodeText } from './collected-text.ts';
import {
  type FoundPackage,
  type PackageReader,
  PLAIN,
  readField,
  readItems,
  readName,
  textField,
} from './package-reader.ts';

const INSTALLED = 'composer/installed.json';
/** A large framework's has a megabyte. Bytes. */
const MAX_INSTALLED = 16 * 1024 * 1024;

/**
 * Composer's record of what it installed beside it, in `vendor/composer/installed.json`: a list, and since Composer 2 an object
 * with a list that says where each package is.
 * @see https://getcomposer.org/doc/07-runtime.md
 */
const composerCollector: FileCollector = {
  id: 'composer',
  version: 2,

  wants: ({ path, size }) => size <= MAX_INSTALLED && (path === INSTALLED || path.endsWith(`/${INSTALLED}`)),

  collect(_file, content) {
    if (excessOfJson(content) !== null) return null;
    try {
      return readInstalled(JSON.parse(decodeText(content)));
    } catch {
      return null;
    }
  },
};

function readInstalled(value: unknown): JsonValue {
  const packages = Array.isArray(value) ? value : readItems(readField(value, 'packages'));
  const development: ReadonlySet<unknown> = new Set(readItems(readField(value, 'dev-package-names')));
  return packages.flatMap(each => {
    const name = readName(readField(each, 'name'));
    if (name === null) return [];
    const version = readName(readField(each, 'version')) ?? '';
    const path = readField(each, 'install-path');
    // A package of nothing but other packages is nowhere. Composer 1 did not say where a package is.
    if (path === null) return [];
    const isDevelopment = development.has(name);
    return [
      { name, version, path: readName(path) ?? `../${name}`, ...(isDevelopment ? { isDevelopment } : {}) },
    ];
  });
}

export const composerReader: PackageReader = {
  type: 'composer',
  collector: composerCollector,
  databases: new Map(),

  read(values) {
    return values.flatMap(({ path: source, value }) => {
      const folder = source.slice(0, -'/installed.json'.length);
      return readItems(value).flatMap(item => describePackage(item, folder) ?? []);
    });
  },
};

/** @param folder of the record: paths start there */
function describePackage(item: unknown, folder: string): FoundPackage | null {
  const name = readName(textField(item, 'name'));
  const place = readName(textField(item, 'path'));
  if (name === null || place === null) return null;
  const directory = cleanPath(place.startsWith('/') ? place : `${folder}/${place}`);
  // The project itself is no package of its own.
  if (directory === '' || `${folder}/`.startsWith(`${directory}/`)) return null;
  const version = textField(item, 'version');
  return {
    ...PLAIN,
    type: 'composer',
    name,
    version,
    path: directory,
    source: null,
    directories: [directory],
    isDevelopment: readField(item, 'isDevelopment') === true,
  };
}
