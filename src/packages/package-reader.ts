import type { FileCollector } from '../layer/collector.ts';
import { isRecord, isString, type JsonValue } from '../layer/json-value.ts';
import type { PackageRelations, PackageType } from './installed-package.ts';

/** What a collector made of a file that the final filesystem shows. */
export interface VisibleValue {
  readonly path: string;
  /** Index of the layer that holds the file. */
  readonly layer: number;
  readonly value: JsonValue;
}

/** A package as its package manager describes it, before anybody looked which of its files are there. */
export interface FoundPackage {
  readonly type: PackageType;
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  /** Directory it is installed in, or the database that names it. Clean. */
  readonly path: string;
  /**
   * The file that declares it alone: when that belongs to another package, this one is part of it. Clean; null
   * where `path` is a database of many.
   */
  readonly source: string | null;
  /** Lists of clean paths, one a line (path-list.ts): files that are its own, whatever directory they are in. */
  readonly files: readonly string[];
  /** Where a name of `files` really is; null when all are where they are named. */
  readonly rename: ((path: string) => string) | null;
  /** Clean paths of directories whose files are its own, unless something more specific has them. */
  readonly directories: readonly string[];
  readonly isDevelopment: boolean;
  /** What is said about it in a database of many packages. Bytes; 0 where that is not known. */
  readonly recordBytes: number;
  readonly relations: PackageRelations | null;
}

/** One package manager: what it writes into an image, and how to read it. */
export interface PackageReader {
  readonly type: PackageType;
  readonly collector: FileCollector;
  /**
   * Databases at fixed places, and what is said when one is in the image and was not read: the middle of
   * "The database PATH {reason}; its packages are not named."
   */
  readonly databases: ReadonlyMap<string, string>;
  /** Pure, and tolerant: values come from caches, and what is not as the collector makes it is ignored. */
  read(values: readonly VisibleValue[]): readonly FoundPackage[];
}

/** What most packages have nothing to say about. */
export const PLAIN = {
  architecture: null,
  files: [],
  rename: null,
  directories: [],
  isDevelopment: false,
  recordBytes: 0,
  relations: null,
} as const satisfies Partial<FoundPackage>;

/** Packages of a database that is one file: `[{name, version, architecture, files}]`. */
export function foundInList(type: PackageType, { path, value }: VisibleValue): FoundPackage[] {
  const found: FoundPackage[] = [];
  for (const item of readItems(value)) {
    const name = readName(textField(item, 'name'));
    const version = readName(textField(item, 'version'));
    if (name === null || version === null) continue;
    const architecture = readName(textField(item, 'architecture'));
    const files = [textField(item, 'files')];
    found.push({ ...PLAIN, type, name, version, architecture, path, source: null, files });
  }
  return found;
}

/** Names and versions longer than this are nobody's. Characters. */
const MAX_NAME = 512;

/** A name or a version: text of a sensible length without control characters; null for anything else. */
export function readName(value: unknown): string | null {
  if (!isString(value)) return null;
  const name = value.trim();
  return name !== '' && name.length <= MAX_NAME && !/[\0-\x1f\x7f]/.test(name) ? name : null;
}

/** A field of a JSON object; undefined where there is none, or the value is not an object. */
export function readField(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A text field; empty where there is none. */
export function textField(value: unknown, key: string): string {
  const field = readField(value, key);
  return isString(field) ? field : '';
}

/** The items of a list; none of anything else. */
export function readItems(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
