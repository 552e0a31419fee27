import { excessOfJson } from '../base/json-shape.ts';
import type { FileCollector } from '../layer/collector.ts';
import { isListOf, isRecord, isString, type JsonValue } from '../layer/json-value.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { decodeText, forEachLine, PathList, ReadingLimits } from './collected-text.ts';
import {
  type FoundPackage,
  type PackageReader,
  PLAIN,
  readField,
  readName,
  textField,
} from './package-reader.ts';

const MANIFEST = '/package.json';
const LOCK = 'node_modules/.package-lock.json';
/** Of a package's manifest and of npm's record of a directory. Bytes; JSON takes several times that in memory. */
const MAX_MANIFEST = 2 * 1024 * 1024;
const MAX_LOCK = 16 * 1024 * 1024;

/**
 * Packages in `node_modules`, whoever put them there, and npm's own record of such a directory, which tells those
 * that are there for development only. Of manifests elsewhere, the scripts that installing runs.
 * @see https://docs.npmjs.com/cli/configuring-npm/package-lock-json#hidden-lockfiles
 */
const npmCollector: FileCollector = {
  id: 'npm',
  version: 2,

  wants({ path, size }) {
    if (isManifest(path)) return size <= MAX_MANIFEST;
    return path.endsWith(LOCK) && size <= MAX_LOCK && isLock(path);
  },

  collect({ path }, content) {
    if (excessOfJson(content) !== null) return null;
    try {
      const value: unknown = JSON.parse(decodeText(content));
      if (isLock(path)) return developmentPaths(path, value);
      return packageDirectory(path) === null ? manifestScripts(value) : readManifest(path, value);
    } catch {
      return null;
    }
  },
};

/** `x/node_modules/name` of `x/node_modules/name/package.json`, also with a scope; null for other manifests. */
function packageDirectory(path: string): string | null {
  const directory = path.slice(0, -MANIFEST.length);
  const slash = directory.lastIndexOf('/');
  const above = directory.slice(0, Math.max(slash, 0));
  if (endsWithName(above, 'node_modules')) return directory;
  const isScoped = above.startsWith('@', above.lastIndexOf('/') + 1);
  const beyond = above.slice(0, Math.max(above.lastIndexOf('/'), 0));
  return isScoped && endsWithName(beyond, 'node_modules') ? directory : null;
}

/** Also of what is in a package: there is no telling it from a package's own. */
function isManifest(path: string): boolean {
  if (!path.endsWith('package.json')) return false;
  if (path.startsWith('node_modules/') || path.includes('/node_modules/'))
    return packageDirectory(path) !== null;
  return path === MANIFEST.slice(1) || path.endsWith(MANIFEST);
}

function isLock(path: string): boolean {
  return endsWithName(path.slice(0, path.lastIndexOf('/')), 'node_modules') && path.endsWith(LOCK);
}

function endsWithName(path: string, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}

/** A package that was installed under another name says its own in its manifest. */
function readManifest(path: string, value: unknown): JsonValue | null {
  const directory = packageDirectory(path);
  if (directory === null || !isRecord(value)) return null;
  const modules = directory.lastIndexOf('node_modules/');
  const name =
    readName(readField(value, 'name')) ?? readName(directory.slice(modules + 'node_modules/'.length));
  if (name === null) return null;
  return { name, version: readName(readField(value, 'version')) ?? '' };
}

/** @see https://docs.npmjs.com/cli/using-npm/scripts#npm-ci */
const INSTALLING = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
];

/** Names of the scripts that npm runs when it installs what a project depends on; null where there are none. */
function manifestScripts(value: unknown): JsonValue | null {
  const scripts = readField(value, 'scripts');
  const found = INSTALLING.filter(name => readField(scripts, name) !== undefined);
  return found.length === 0 ? null : found;
}

/** The directories of packages that only development needs, as a list of paths. */
function developmentPaths(path: string, value: unknown): string | null {
  const packages = readField(value, 'packages');
  if (!isRecord(packages)) return null;
  const root = path.slice(0, -LOCK.length);
  const limits = new ReadingLimits();
  const paths: string[] = [];
  for (const [directory, facts] of Object.entries(packages)) {
    if (readField(facts, 'dev') !== true) continue;
    // One by one: a list drops what has something inside, and packages have packages inside.
    const list = new PathList(limits);
    list.add(root + directory);
    paths.push(list.toString());
  }
  return paths.join('\n');
}

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
      const name = readName(textField(value, 'name'));
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

const MODULES = 'node_modules/';

/**
 * Scripts that npm runs by itself when it installs what is in a `node_modules`, by the manifest beside it, in whatever
 * layer: `postinstall`, `prepare`. Those of packages inside are not meant.
 * @param files in such directories
 */
export function installScripts(
  scans: readonly Pick<LayerScan, 'collected'>[],
  files: readonly { readonly path: string }[],
): readonly string[] {
  const manifests = new Set<string>();
  for (const { path } of files) {
    const at = `/${path}`.indexOf(`/${MODULES}`);
    if (at >= 0) manifests.add(`${path.slice(0, at)}package.json`);
  }
  const found = new Set<string>();
  for (const { collected } of scans) {
    for (const { path, value } of collected[npmCollector.id] ?? []) {
      if (manifests.has(path) && isListOf(value, isString)) for (const name of value) found.add(name);
    }
  }
  return [...found];
}
