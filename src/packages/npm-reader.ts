import { excessOfJson } from '../base/json-shape.ts';
import { parentPath } from '../base/slash-path.ts';
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

/** What other package managers than npm write into a `node_modules`. */
const MARKERS: ReadonlyMap<string, NodeManager> = new Map([
  ['.yarn-integrity', 'yarn'],
  ['.yarn-state.yml', 'yarn-berry'],
  ['.modules.yaml', 'pnpm'],
]);

/** Package managers that keep no list of what is there for development only. */
export type NodeManager = 'yarn' | 'yarn-berry' | 'pnpm';

/**
 * Packages in `node_modules`, whoever put them there, with what they need; npm's own record of such a directory, which
 * tells those that are there for development only, and the names of what others write there. Of manifests elsewhere what
 * the project needs, and the scripts that installing runs.
 * @see https://docs.npmjs.com/cli/configuring-npm/package-lock-json#hidden-lockfiles
 */
export const npmCollector: FileCollector = {
  id: 'npm',
  version: 3,

  wants({ path, size }) {
    if (isManifest(path)) return size <= MAX_MANIFEST;
    if (readMarker(path) !== null) return size <= MAX_LOCK;
    return path.endsWith(LOCK) && size <= MAX_LOCK && isLock(path);
  },

  collect({ path }, content) {
    const marker = readMarker(path);
    if (marker !== null) return { marker };
    if (excessOfJson(content) !== null) return null;
    try {
      const value: unknown = JSON.parse(decodeText(content));
      if (isLock(path)) return developmentPaths(path, value);
      return packageDirectory(path) === null ? readProject(value) : readManifest(path, value);
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
  const beyond = parentPath(above);
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

function readMarker(path: string): NodeManager | null {
  const slash = path.lastIndexOf('/');
  const marker = MARKERS.get(path.slice(slash + 1));
  return marker !== undefined && endsWithName(path.slice(0, Math.max(slash, 0)), 'node_modules')
    ? marker
    : null;
}

/** A package that was installed under another name says its own in its manifest. */
function readManifest(path: string, value: unknown): JsonValue | null {
  const directory = packageDirectory(path);
  if (directory === null || !isRecord(value)) return null;
  const modules = directory.lastIndexOf('node_modules/');
  const name =
    readName(readField(value, 'name')) ?? readName(directory.slice(modules + 'node_modules/'.length));
  if (name === null) return null;
  const needs = neededNames(value);
  const version = readName(readField(value, 'version')) ?? '';
  return { name, version, ...(needs.length === 0 ? {} : { needs }) };
}

/** Names of what has to be there when the package is used; what it can do without, too, where it asks for it itself. */
function neededNames(manifest: unknown): readonly string[] {
  const optional = readField(manifest, 'peerDependenciesMeta');
  const peers = namesIn(readField(manifest, 'peerDependencies')).filter(
    name => readField(readField(optional, name), 'optional') !== true,
  );
  const own = ['dependencies', 'optionalDependencies'].flatMap(field => namesIn(readField(manifest, field)));
  return [...new Set([...own, ...peers])];
}

function namesIn(dependencies: unknown): readonly string[] {
  return isRecord(dependencies) ? Object.keys(dependencies).filter(isPackageName) : [];
}

/** A name that npm gives to no package would lead elsewhere. */
function isPackageName(name: string): boolean {
  return name.length <= 214 && /^(?:@[\w.~-]+\/)?[\w.~-]+$/.test(name) && !/^\.{1,2}$/.test(name);
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

/** What a project needs, and which of its scripts npm runs when it installs that; null where there is nothing of it. */
function readProject(value: unknown): JsonValue | null {
  const scripts = readField(value, 'scripts');
  const project = {
    scripts: INSTALLING.filter(name => readField(scripts, name) !== undefined),
    needs: neededNames(value),
    development: namesIn(readField(value, 'devDependencies')),
  };
  const hasWorkspaces = readField(value, 'workspaces') !== undefined;
  if (!hasWorkspaces && Object.values(project).every(({ length }) => length === 0)) return null;
  return { ...project, hasWorkspaces };
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
 * Scripts that are run when what is in a `node_modules` is installed, of the manifest beside it and of those below that, in
 * whatever layer: `postinstall`, `prepare`. Those of packages inside are not meant.
 * @param paths in such directories
 */
export function installScripts(
  scans: readonly Pick<LayerScan, 'collected'>[],
  paths: Iterable<string>,
): readonly string[] {
  const projects = new Set<string>();
  for (const path of paths) {
    const at = `/${path}`.indexOf(`/${MODULES}`);
    if (at >= 0) projects.add(path.slice(0, Math.max(at - 1, 0)));
  }
  const found = new Set<string>();
  for (const { collected } of scans) {
    for (const { path, value } of collected[npmCollector.id] ?? []) {
      const scripts = readField(value, 'scripts');
      if (!isListOf(scripts, isString) || scripts.length === 0) continue;
      if (directoriesAbove(path).some(directory => projects.has(directory)))
        for (const name of scripts) found.add(name);
    }
  }
  return [...found];
}

/** Deeper paths have no project. */
const MAX_LEVELS = 64;

/** The directories that a path is in, innermost first; the root is the empty string. */
export function directoriesAbove(path: string): readonly string[] {
  const directories: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    directories.push(path.slice(0, end));
    if (directories.length === MAX_LEVELS) return directories;
  }
  return [...directories, ''];
}
