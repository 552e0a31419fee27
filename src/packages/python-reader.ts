import { parentPath } from '../base/slash-path.ts';
import type { FileCollector } from '../layer/collector.ts';
import { isListOf, isString, type JsonValue } from '../layer/json-value.ts';
import { decodeText, forEachLine, PathList, ReadingLimits } from './collected-text.ts';
import {
  type FoundPackage,
  type PackageReader,
  PLAIN,
  readName,
  textField,
  type VisibleValue,
} from './package-reader.ts';

const RECORD = '.dist-info/RECORD';
const INSTALLED_FILES = '.egg-info/installed-files.txt';
const TOP_LEVEL = '.egg-info/top_level.txt';
const METADATA = ['.dist-info/METADATA', '.egg-info/PKG-INFO', '.egg-info', '/EGG-INFO/PKG-INFO'] as const;
/** Names and versions stand in the first lines; descriptions of megabytes follow. Bytes. */
const HEAD = 64 * 1024;

/**
 * What pip, uv and other installers write beside a Python package: its metadata and the record of its files, and the
 * older forms of setuptools and distutils.
 * @see https://packaging.python.org/specifications/recording-installed-packages/
 */
const pythonCollector: FileCollector = {
  id: 'python',
  version: 1,

  wants: ({ path }) =>
    path.endsWith(RECORD) ||
    METADATA.some(name => path.endsWith(name)) ||
    path.endsWith(INSTALLED_FILES) ||
    path.endsWith(TOP_LEVEL),

  collect({ path }, content) {
    try {
      if (path.endsWith(RECORD)) return recordedFiles(parentPath(parentPath(path)), decodeText(content));
      if (path.endsWith(INSTALLED_FILES)) return installedFiles(parentPath(path), decodeText(content));
      if (path.endsWith(TOP_LEVEL)) return topLevelNames(decodeText(content));
      return readMetadata(decodeText(content.subarray(0, HEAD)));
    } catch {
      return null;
    }
  },
};

/** Headers as those of mail, up to the first empty line. */
function readMetadata(text: string): JsonValue | null {
  let name: string | null = null;
  let version: string | null = null;
  let isHeader = true;
  forEachLine(text, line => {
    if (line === '') isHeader = false;
    if (!isHeader) return;
    if (name === null && /^name:/i.test(line)) name = readName(line.slice(5));
    else if (version === null && /^version:/i.test(line)) version = readName(line.slice(8));
  });
  return name === null ? null : { name, version: version ?? '' };
}

/** RECORD: lines of comma-separated path, hash and size. Paths are relative to the directory of the packages. */
function recordedFiles(site: string, text: string): string {
  const list = new PathList(new ReadingLimits());
  forEachLine(text, line => {
    const path = firstColumn(line);
    if (path !== '') list.add(path.startsWith('/') ? path : `${site}/${path}`);
  });
  return list.toString();
}

function firstColumn(line: string): string {
  if (!line.startsWith('"')) {
    const comma = line.indexOf(',');
    return comma < 0 ? line : line.slice(0, comma);
  }
  for (let at = 1; at < line.length; at += 1) {
    if (line.charCodeAt(at) !== 0x22) continue;
    if (line.charCodeAt(at + 1) !== 0x22) return line.slice(1, at).replaceAll('""', '"');
    at += 1;
  }
  return '';
}

/** installed-files.txt: a path a line, relative to the metadata's directory. */
function installedFiles(metadata: string, text: string): string {
  const list = new PathList(new ReadingLimits());
  forEachLine(text, line => {
    if (line !== '') list.add(line.startsWith('/') ? line : `${metadata}/${line}`);
  });
  return list.toString();
}

/** top_level.txt: names of modules. */
function topLevelNames(text: string): JsonValue {
  const limits = new ReadingLimits();
  const names: string[] = [];
  forEachLine(text, line => {
    const name = readName(line);
    if (name === null || name.includes('/') || name === '.' || name === '..') return;
    limits.package();
    names.push(name);
  });
  return names;
}

export const pythonReader: PackageReader = {
  type: 'pypi',
  collector: pythonCollector,
  databases: new Map(),

  read(values) {
    const byPath = new Map(values.map(({ path, value }) => [path, value]));
    return values.flatMap(found => describePython(found, byPath) ?? []);
  },
};

function describePython(
  { path, value }: VisibleValue,
  byPath: ReadonlyMap<string, VisibleValue['value']>,
): FoundPackage | null {
  const name = readName(textField(value, 'name'));
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
  const metadata = parentPath(path);
  const site = parentPath(metadata);
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
