import { parentPath } from '../base/slash-path.ts';
import { isListOf, isString } from '../layer/json-value.ts';
import { DirectoryLinks, findSymlinks, HardLinks, linkTarget } from './links.ts';
import { directoriesAbove, type NodeManager, npmCollector } from './npm-reader.ts';
import { readField } from './package-reader.ts';
import { type PackagedImage, VisibleValues } from './visible-values.ts';

/** What a manifest says that something needs: names of packages. */
interface NodeNeeds {
  readonly needs: readonly string[];
  /** Of a project alone. */
  readonly development: readonly string[];
  readonly hasWorkspaces: boolean;
}

const MANIFEST = '/package.json';
const MODULES = 'node_modules/';

/** The packages and projects of Node in a final filesystem, and which of them find which. */
export class NodeModules {
  /** By the directory that has the manifest. */
  readonly packages = new Map<string, NodeNeeds>();
  readonly projects = new Map<string, NodeNeeds>();
  /** Who installed what is in the `node_modules` of a directory; npm where it left its own list. */
  readonly managers = new Map<string, NodeManager | 'npm'>();
  /** What a directory's `node_modules` has, by name: where it really is; null where a link leads nowhere. */
  readonly scopes = new Map<string, Map<string, string | null>>();

  constructor(image: PackagedImage) {
    const { scans, visibleFiles } = image;
    const id = npmCollector.id;
    const values = new VisibleValues(scans, visibleFiles, new HardLinks(scans), new Set([id])).of(id);
    for (const { path, value } of values) this.#read(path, value);
    for (const directory of this.packages.keys()) this.#add(directory, directory);
    const links = new DirectoryLinks(scans);
    for (const [path, target] of findSymlinks(scans)) {
      if (!path.includes(MODULES)) continue;
      const real = links.resolve(`${linkTarget(path, target)}${MANIFEST}`).slice(0, -MANIFEST.length);
      this.#add(path, this.#needsOf(real) === undefined ? null : real);
    }
  }

  /** All that these lead to, with themselves. Directories. */
  reach(from: Iterable<string>): ReadonlySet<string> {
    const found = new Set(from);
    // A set is walked through while it grows.
    for (const directory of found) {
      for (const next of this.find(directory, this.#needsOf(directory)?.needs ?? [])) found.add(next);
    }
    return found;
  }

  /** Where these names lead from a directory, as Node looks for them. */
  find(directory: string, names: readonly string[]): readonly string[] {
    if (names.length === 0) return [];
    const scopes = [directory, ...directoriesAbove(directory)].flatMap(each => this.scopes.get(each) ?? []);
    return names.flatMap(name => scopes.find(scope => scope.has(name))?.get(name) ?? []);
  }

  #needsOf(directory: string): NodeNeeds | undefined {
    return this.packages.get(directory) ?? this.projects.get(directory);
  }

  #read(path: string, value: unknown): void {
    const slash = path.lastIndexOf('/');
    const directory = path.slice(0, Math.max(slash, 0));
    if (!path.endsWith(MANIFEST.slice(1))) {
      const parent = parentPath(directory);
      const marker = readField(value, 'marker');
      if (isString(value)) this.managers.set(parent, 'npm');
      else if (isManager(marker) && !this.managers.has(parent)) this.managers.set(parent, marker);
      return;
    }
    const needs = {
      needs: namesOf(value, 'needs'),
      development: namesOf(value, 'development'),
      hasWorkspaces: readField(value, 'hasWorkspaces') === true,
    };
    (isInModules(path) ? this.packages : this.projects).set(directory, needs);
  }

  /** @param path of a package, or of a link to one: `app/node_modules/@scope/name` */
  #add(path: string, real: string | null): void {
    const at = `/${path}`.lastIndexOf(`/${MODULES}`);
    if (at < 0) return;
    const name = path.slice(at + MODULES.length);
    if (name.split('/').length !== (name.startsWith('@') ? 2 : 1)) return;
    const parent = path.slice(0, Math.max(at - 1, 0));
    const scope = this.scopes.get(parent) ?? new Map<string, string | null>();
    this.scopes.set(parent, scope.set(name, real));
  }
}

export function isInModules(path: string): boolean {
  return `/${path}`.includes(`/${MODULES}`);
}

function isManager(value: unknown): value is NodeManager {
  return value === 'yarn' || value === 'yarn-berry' || value === 'pnpm';
}

function namesOf(value: unknown, field: string): readonly string[] {
  const names = readField(value, field);
  return isListOf(names, isString) ? names : [];
}
