import { closeSync, existsSync, readSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { shortCommit } from '../../base/commit.ts';
import { DeadweightError, messageOf } from '../../base/errors.ts';
import { openInputFile } from '../../base/input-file.ts';
import type { Notice } from '../../base/notice.ts';
import type { Git } from './git.ts';
import { LinkedFiles } from './linked-files.ts';
import { makeFolder } from './private-repository.ts';
import { findOldName } from './renamed-file.ts';
import type { GitRepository } from './repository.ts';
import { listSubmodules, submoduleRepository } from './submodules.ts';
import { linkSurroundings, type UncommittedFile } from './surroundings.ts';
import { type Checkout, listCommit, planCheckout, readCheckout, type TrackedFile } from './tracked-files.ts';

/** Which tree is made, and what for. */
export interface TreeRequest {
  readonly commit: string;
  /** Where the top of the tree is in the working directory of its build, as that of the checkout is in its own. */
  readonly at: string;
  /** Folders that the build reads, and its Dockerfile: relative to the top of the checkout, through no link. */
  readonly contexts: readonly string[];
  readonly dockerfile: string;
}

/** The files of a commit, and all else that a build finds in the checkout. */
export interface BaselineTree {
  /** What stands for the working directory, or for the top of the checkout where `at` is empty. */
  readonly directory: string;
  readonly notices: readonly Notice[];
  /** What no commit holds, of what the build sends. */
  readonly uncommitted: readonly UncommittedFile[];
  /** What the Dockerfile is called in the commit; null where it is called the same, or there is none. */
  readonly renamedDockerfile: string | null;
}

/** Submodules of submodules. */
const MAX_DEPTH = 8;

/**
 * Makes the tree that a commit's build would find in this checkout, in a folder below `temporaryFolder`, for as long as
 * `body` runs: the commit's files as the checkout has them (submodules, LFS, filters, line ends), what no commit holds,
 * and `.git` where the context has it. Files that are the same are links, which nothing may write to. Hooks do not run, and
 * nothing of the clone changes.
 * @throws DeadweightError `git-failed` when the commit cannot be fetched or checked out.
 */
export async function withBaselineTree<T>(
  repository: GitRepository,
  request: TreeRequest,
  temporaryFolder: string,
  body: (tree: BaselineTree) => Promise<T>,
): Promise<T> {
  const folder = await makeFolder(temporaryFolder, 'deadweight-base-');
  try {
    const directory = join(folder, 'base');
    const top = join(directory, request.at);
    await mkdir(top, { recursive: true });
    const maker = new TreeMaker(folder);
    await maker.add(repository, request.commit, top);
    const uncommitted = await linkSurroundings({
      from: repository.directory,
      to: top,
      contexts: request.contexts,
      dockerfile: request.dockerfile,
      tracked: maker.tracked,
    });
    const renamedDockerfile = existsSync(join(top, request.dockerfile))
      ? null
      : await findOldName(repository, request.commit, request.dockerfile);
    return await body({ directory, notices: maker.notices, uncommitted, renamedDockerfile });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined);
  }
}

class TreeMaker {
  readonly notices: Notice[] = [];
  /** Of the checkout, relative to its top. */
  readonly tracked = new Set<string>();
  readonly #folder: string;
  #indexes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param prefix of a submodule's paths, with a slash at its end */
  async add(
    repository: GitRepository,
    commit: string,
    directory: string,
    prefix = '',
    depth = 0,
  ): Promise<void> {
    await repository.ensureCommit(commit);
    const clone = repository.git;
    const checkout = await readCheckout(clone);
    for (const path of checkout.tracked.keys()) this.tracked.add(prefix + path);
    const files = await listCommit(await repository.objects(), commit);
    const { same, other } = planCheckout(files, checkout, await sparseRules(clone, files, checkout));
    const links = new LinkedFiles(clone.directory, directory);
    const missing = same.filter(path => links.put(path) === null);
    await this.#checkOut(repository, commit, directory, [...missing, ...other]);
    if (depth < MAX_DEPTH) await this.#addSubmodules(repository, commit, directory, prefix, depth);
  }

  async #checkOut(
    repository: GitRepository,
    commit: string,
    directory: string,
    paths: readonly string[],
  ): Promise<void> {
    if (paths.length === 0) return;
    this.#indexes += 1;
    const git = (await repository.objects()).with({
      GIT_WORK_TREE: directory,
      GIT_INDEX_FILE: join(this.#folder, `index-${this.#indexes}`),
      ...((await hasLfsPointers(repository.git)) ? { GIT_LFS_SKIP_SMUDGE: '1' } : {}),
    });
    await git.run(['read-tree', commit]);
    const list = paths.map(path => `${path}\0`).join('');
    await git.in(directory).run(['checkout-index', '--force', '--quiet', '-z', '--stdin'], list);
  }

  async #addSubmodules(
    repository: GitRepository,
    commit: string,
    directory: string,
    prefix: string,
    depth: number,
  ): Promise<void> {
    const { present, absent } = await listSubmodules(repository.git, await repository.objects(), commit);
    for (const { path } of present) await mkdir(join(directory, path), { recursive: true });
    for (const path of absent) await mkdir(join(directory, path), { recursive: true });
    // a head without any of its submodules is how people build it: nothing is missing
    if (present.length > 0)
      for (const path of absent) this.#incomplete(path, commit, 'the head does not have it');
    for (const submodule of present) {
      const { path } = submodule;
      try {
        const inner = submoduleRepository(repository, submodule);
        await this.add(inner, submodule.commit, join(directory, path), `${prefix}${path}/`, depth + 1);
      } catch (error) {
        if (!(error instanceof DeadweightError)) throw error;
        this.#incomplete(path, commit, messageOf(error));
      }
    }
  }

  #incomplete(path: string, sha: string, why: string): void {
    this.notices.push({
      code: 'base-submodule-missing',
      message: `The base ${shortCommit(sha)} was built without its submodule ${path}: ${why.replace(/\.$/, '')}.`,
    });
  }
}

/** Which paths a sparse checkout has. @returns null where the checkout is whole, or git is too old to tell */
async function sparseRules(
  clone: Git,
  files: ReadonlyMap<string, TrackedFile>,
  { leftOut }: Checkout,
): Promise<((path: string) => boolean) | null> {
  if (leftOut.size === 0) return null;
  const list = [...files.keys()].map(path => `${path}\0`).join('');
  const checked = await clone.attempt(['sparse-checkout', 'check-rules', '-z'], list);
  if (checked.exitCode === 0) {
    const inside = new Set(checked.stdout.split('\0'));
    return path => inside.has(path);
  }
  // Before git 2.41: a folder of which the checkout leaves out all is not in it.
  const emptied = new Set([...leftOut].map(path => dirname(path)));
  return path => !emptied.has(dirname(path));
}

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer */
const POINTER = 'version https://git-lfs.github.com/spec/v1\n';
/** Files that are looked at. */
const MAX_SAMPLES = 20;

/**
 * Whether files of Git LFS are checked out as pointers here, as `actions/checkout` does without `lfs: true`.
 * The other commit must be checked out the same way, or every large file would show as a difference.
 */
async function hasLfsPointers(git: Git): Promise<boolean> {
  const listed = await git.attempt(['ls-files', '-z', '--', ':(attr:filter=lfs)']);
  if (listed.exitCode !== 0) return false;
  for (const path of listed.stdout.split('\0').filter(Boolean).slice(0, MAX_SAMPLES)) {
    if (readBeginning(join(git.directory, path)) === POINTER) return true;
  }
  return false;
}

/** Empty where it cannot be read. */
function readBeginning(path: string): string {
  try {
    const { descriptor } = openInputFile(path);
    try {
      const buffer = Buffer.alloc(POINTER.length);
      return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}
