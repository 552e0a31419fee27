import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { systemErrorCode } from '../../base/errors.ts';
import { isRunFolder } from '../../base/run-folder-name.ts';
import { readIgnoreFile } from '../../build/dockerfile-source.ts';
import { type IgnoreDecision, IgnoreFile, ignoreFilePaths } from '../../dockerfile/ignore-file.ts';
import type { Git } from './git.ts';
import { LinkedFiles } from './linked-files.ts';
import type { BuildPlaces } from './renamed-file.ts';

/** A file that a build may read and that no commit holds. */
export interface UncommittedFile {
  /** Relative to the top of the checkout. */
  readonly path: string;
  readonly bytes: number;
}

export interface SurroundingsRequest {
  /** Top of the checkout. */
  readonly from: string;
  /** The other tree, which has the files of its commit. */
  readonly to: string;
  /** Folders that the build reads, and the Dockerfile: relative to the top. */
  readonly contexts: readonly string[];
  readonly dockerfile: string;
  /** Those of the other tree, parallel; null where they are called the same. */
  readonly oldPlaces: BuildPlaces | null;
  /** Paths that are tracked in the checkout: they are the commit's business. */
  readonly tracked: ReadonlySet<string>;
  /** Folders of the checkout whose files the commit has no place for. */
  readonly leftOut: ReadonlySet<string>;
  /**
   * Folders of repositories, empty or with a slash at their ends: then only their git directories are put there. null for all
   * that no commit holds.
   */
  readonly gitOf: readonly string[] | null;
}

/** Then what else there is to do has its turn. */
const DIRECTORIES_PER_TURN = 256;

/**
 * Puts into another tree what no commit holds and its build would send: ignored and untracked files of the checkout, and
 * `.git` where it is not left out. By the `.dockerignore` of the other tree.
 * @param git in the top of the checkout
 */
export async function linkSurroundings(
  git: Git,
  request: SurroundingsRequest,
): Promise<readonly UncommittedFile[]> {
  const found = new Map<string, number>();
  const { to, tracked, contexts, gitOf } = request;
  const { dockerfile, contexts: places } = request.oldPlaces ?? request;
  const links = new LinkedFiles(git, to);
  const put = (path: string, place: string): void => {
    if (gitOf === null && !tracked.has(path)) links.put(path, 'linked', place);
  };
  put(request.dockerfile, dockerfile);
  for (const [at, context] of contexts.entries()) {
    const place = places[at] ?? context;
    const inPlace = ignoreFilePaths(dockerfile, place);
    for (const [index, path] of ignoreFilePaths(request.dockerfile, context).entries()) {
      put(path, inPlace[index] ?? path);
    }
    const ignore = new IgnoreFile(readIgnoreFile(to, dockerfile, place).text);
    await new Walk(request, ignore, found, context, { links, place }).run();
  }
  await links.keepTimes();
  return Array.from(found, ([path, bytes]) => ({ path, bytes }));
}

/**
 * Lists what no commit holds of what the build of the checkout itself sends.
 * @param request the tree is the checkout
 */
export async function listSurroundings(
  request: Omit<SurroundingsRequest, 'to' | 'oldPlaces'>,
): Promise<readonly UncommittedFile[]> {
  const found = new Map<string, number>();
  for (const context of request.contexts) {
    const ignore = new IgnoreFile(readIgnoreFile(request.from, request.dockerfile, context).text);
    await new Walk(request, ignore, found, context, null).run();
  }
  return Array.from(found, ([path, bytes]) => ({ path, bytes }));
}

/** Where the files of a context go: into a folder of the other tree. */
interface Target {
  readonly links: LinkedFiles;
  readonly place: string;
}

class Walk {
  readonly #request: Pick<SurroundingsRequest, 'from' | 'tracked' | 'leftOut' | 'gitOf'>;
  readonly #ignore: IgnoreFile;
  readonly #found: Map<string, number>;
  readonly #context: string;
  /** null only lists. */
  readonly #target: Target | null;

  constructor(
    request: Pick<SurroundingsRequest, 'from' | 'tracked' | 'leftOut' | 'gitOf'>,
    ignore: IgnoreFile,
    found: Map<string, number>,
    context: string,
    target: Target | null,
  ) {
    this.#request = request;
    this.#ignore = ignore;
    this.#found = found;
    this.#context = context;
    this.#target = target;
  }

  async run(): Promise<void> {
    const open: { readonly path: string; readonly decision: IgnoreDecision }[] = [
      { path: '', decision: this.#ignore.top },
    ];
    let count = 0;
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { path, decision } = next;
      const entries = list(join(this.#request.from, this.#context, path));
      if (entries.length === 0 && !decision.excluded) this.#makeDirectory(path);
      for (const entry of entries) {
        const inside = path === '' ? entry.name : `${path}/${entry.name}`;
        const decided = this.#ignore.decide(inside, decision);
        if (!this.#isWanted(this.#pathOf(inside), entry.isDirectory())) continue;
        if (entry.isDirectory()) {
          if (this.#request.leftOut.has(this.#pathOf(inside))) continue;
          if (isRunFolder(join(this.#request.from, this.#pathOf(inside)))) continue;
          if (!decided.excluded || this.#ignore.hasExceptions) open.push({ path: inside, decision: decided });
        } else if (!decided.excluded) this.#put(inside);
      }
      count += 1;
      if (count % DIRECTORIES_PER_TURN === 0) await setImmediate();
    }
  }

  #isWanted(path: string, isDirectory: boolean): boolean {
    const { gitOf } = this.#request;
    return (
      gitOf === null ||
      gitOf.some(
        folder => `${path}/`.startsWith(`${folder}.git/`) || (isDirectory && folder.startsWith(`${path}/`)),
      )
    );
  }

  /** Of the others those are made that have a file. */
  #makeDirectory(inside: string): void {
    if (this.#target === null) return;
    const { links, place } = this.#target;
    try {
      links.directory(join(place, inside), join(this.#context, inside));
    } catch (error) {
      // The commit has a file or a link there.
      if (!['EEXIST', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) throw error;
    }
  }

  #put(inside: string): void {
    const path = this.#pathOf(inside);
    if (this.#request.tracked.has(path)) return;
    const bytes =
      this.#target === null
        ? fileBytes(join(this.#request.from, path))
        : this.#target.links.put(
            path,
            isRewritten(path) ? 'copied' : 'linked',
            join(this.#target.place, inside),
          );
    if (bytes !== null) this.#found.set(path, bytes);
  }

  #pathOf(inside: string): string {
    return this.#context === '' ? inside : `${this.#context}/${inside}`;
  }
}

/** Git writes its objects once; what else is in its directory it may write in place. */
function isRewritten(path: string): boolean {
  const parts = path.split('/');
  const git = parts.indexOf('.git');
  return git >= 0 && git < parts.length - 1 && !parts.includes('objects', git);
}

/** null for what is no file. */
function fileBytes(path: string): number | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? stats.size : null;
}

function list(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    // Gone, or not ours to read: then BuildKit cannot send it either.
    return [];
  }
}
