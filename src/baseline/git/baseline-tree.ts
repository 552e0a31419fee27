import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { shortCommit } from '../../base/commit.ts';
import { DeadweightError, isDiskFull, messageOf, systemErrorCode, systemReason } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { formatCount, plural } from '../../base/number-text.ts';
import { quote } from '../../base/untrusted-text.ts';
import { type Git, LAYING_OUT } from './git.ts';
import { smudgingSettings, splitLfsPaths } from './lfs-pointers.ts';
import { LinkedFiles } from './linked-files.ts';
import { keepMovedTimes } from './moved-times.ts';
import { makeBaselineFolder } from './private-repository.ts';
import { ALL_PATHS, type ReadPaths, type ReadPlaces, readPaths } from './read-paths.ts';
import { type BuildPlaces, findOldPlaces } from './renamed-file.ts';
import type { GitRepository } from './repository.ts';
import { listSubmodules, submoduleRepository } from './submodules.ts';
import { linkSurroundings, type UncommittedFile } from './surroundings.ts';
import {
  type Checkout,
  listCommit,
  planCheckout,
  readCheckout,
  SUBMODULE_MODE,
  type TrackedFile,
} from './tracked-files.ts';
import { makeTreeHistory } from './tree-history.ts';

/** Which tree is made, and what for: what the build reads of the checkout, through no link. */
export interface TreeRequest extends ReadPlaces {
  readonly commit: string;
  /** Where the top of the tree is in the working directory of its build, as that of the checkout is in its own. */
  readonly at: string;
  /**
   * Makes the generated files of the tree, in a directory as `BaselineTree` has it; null where nothing does. The tree then
   * starts from the files of its commit alone, all of them, none of which is a link.
   */
  readonly prepare: ((directory: string) => Promise<void>) | null;
}

/** The files of a commit, as far as its build reads them, and all else that a build finds in the checkout. */
export interface BaselineTree {
  /** What stands for the working directory, or for the top of the checkout where `at` is empty. */
  readonly directory: string;
  readonly notices: readonly Notice[];
  /** What no commit holds, of what the build sends. */
  readonly uncommitted: readonly UncommittedFile[];
  /** What the commit calls what the build reads; null where that is called the same. */
  readonly oldPlaces: BuildPlaces | null;
}

/** Submodules of submodules. */
const MAX_DEPTH = 8;
/** Then a signal is heard, and what else there is to do has its turn. */
const FILES_PER_TURN = 64;

/**
 * Makes the tree that a commit's build would find in this checkout, in a folder below `temporaryFolder`, for as long as
 * `body` runs: the commit's files as the checkout has them (submodules, LFS, filters, line ends), what no commit holds,
 * and `.git` where the context has it (with whatever `.git/config` says, as the build of the head sends it). What no commit
 * holds may be links, which nothing may write to. What is prepared has a git directory of its commit meanwhile, and of what
 * no commit holds only `.git` for the build. Hooks do not run, and nothing that git keeps in the clone changes.
 * @throws DeadweightError `git-failed` when the commit cannot be fetched or checked out, and what `prepare` throws
 */
export async function withBaselineTree<T>(
  repository: GitRepository,
  request: TreeRequest,
  temporaryFolder: string,
  body: (tree: BaselineTree) => Promise<T>,
): Promise<T> {
  const folder = await makeBaselineFolder(temporaryFolder, 'deadweight-base-');
  const { prepare } = request;
  const maker = new TreeMaker(folder, request.commit, prepare === null ? request : null);
  const laidOut = <L>(make: () => Promise<L>): Promise<L> =>
    repository.git.progress.show({ label: LAYING_OUT }, () => withSystemErrors(make));
  try {
    const directory = join(folder, 'base');
    const top = join(directory, request.at);
    await mkdir(top, { recursive: true });
    await laidOut(() => maker.add(repository, request.commit, top));
    if (prepare !== null) {
      const history = await withSystemErrors(() => makeTreeHistory(repository, request.commit, top));
      await prepare(directory);
      await withSystemErrors(() => rm(history, { recursive: true, force: true, maxRetries: 2 }));
    }
    const made = await laidOut(async () => {
      // Before anything of the checkout may stand in for what the commit has not.
      const isTracked = maker.tracked.has(request.dockerfile);
      const oldPlaces = isTracked ? await findOldPlaces(repository, request.commit, request, top) : null;
      await maker.keepMovedTimes(repository, top, request.contexts, oldPlaces?.contexts ?? []);
      const uncommitted = await linkSurroundings(repository.git, {
        from: repository.directory,
        to: top,
        contexts: request.contexts,
        dockerfile: request.dockerfile,
        oldPlaces,
        tracked: maker.tracked,
        leftOut: maker.addedSubmodules,
        gitOf: prepare === null ? null : maker.repositories,
      });
      return { oldPlaces, uncommitted };
    });
    const edited = editedNotice(maker.uncommitted, request);
    const notices = edited === null ? maker.notices : [...maker.notices, edited];
    return await body({ directory, notices, ...made });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined);
  }
}

/** Of files that are named. */
const MAX_NAMED = 3;

/** What of the build is tracked and was edited since it was committed: by a step before, or by who works on it. */
function editedNotice(uncommitted: readonly string[], { contexts, dockerfile }: BuildPlaces): Notice | null {
  const isRead = (path: string): boolean =>
    path === dockerfile || contexts.some(context => context === '' || path.startsWith(`${context}/`));
  const read = uncommitted.filter(isRead);
  if (read.length === 0) return null;
  const more = read.length - MAX_NAMED;
  const named = read.slice(0, MAX_NAMED).map(path => quote(path));
  const files = `${named.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
  const are = read.length === 1 ? 'is' : 'are';
  return {
    code: 'checkout-edited',
    message: `${plural(read.length, 'tracked file')} ${are} edited here (${files}): the base has what its commit has, so the edits count as growth.`,
  };
}

/** What the file system refuses is no bug of ours. */
async function withSystemErrors<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (cause) {
    if (cause instanceof DeadweightError || systemErrorCode(cause) === null) throw cause;
    const isFull = isDiskFull(cause);
    throw new DeadweightError(isFull ? 'disk-full' : 'git-failed', {
      message: `The files of the base could not be laid out: ${systemReason(cause)}.`,
      remedy: isFull
        ? 'Free some space, or point TMPDIR (RUNNER_TEMP in a workflow) at a larger disk.'
        : 'Point TMPDIR (RUNNER_TEMP in a workflow) at a folder of a file system that takes all files of the checkout.',
      cause,
    });
  }
}

class TreeMaker {
  readonly notices: Notice[] = [];
  /** Of the checkout, relative to its top. */
  readonly tracked = new Set<string>();
  /** Tracked files of the checkout that are not as they were committed. */
  readonly uncommitted: string[] = [];
  /** Folders of the repository and of its submodules in the checkout: empty, or with a slash at its end. */
  readonly repositories: string[] = [];
  readonly #folder: string;
  #top: { readonly checkout: Checkout; readonly files: ReadonlyMap<string, TrackedFile> } | null = null;
  /** Of the repository that has all others as its submodules. */
  readonly #commit: string;
  /** null lays out all files. */
  readonly #places: ReadPlaces | null;
  #reads: ReadPaths = ALL_PATHS;
  /** Of the checkout, where the commit has none: what is in them is not the commit's. */
  readonly addedSubmodules = new Set<string>();
  #indexes = 0;

  constructor(folder: string, commit: string, places: ReadPlaces | null) {
    this.#folder = folder;
    this.#commit = commit;
    this.#places = places;
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
    this.repositories.push(prefix);
    const checkout = await readCheckout(clone);
    const files = await listCommit(await repository.objects(), commit);
    if (depth === 0) {
      this.#top = { checkout, files };
      if (this.#places !== null) this.#reads = readPaths(files, this.#places);
    }
    for (const [path, { mode }] of checkout.tracked) {
      this.tracked.add(prefix + path);
      if (mode === SUBMODULE_MODE && files.get(path)?.mode !== SUBMODULE_MODE)
        this.addedSubmodules.add(prefix + path);
    }
    this.uncommitted.push(...checkout.uncommitted.map(path => prefix + path));
    const plan = planCheckout(files, checkout, await sparseRules(clone, files, checkout));
    const [copied = [], checkedOut = []] = [plan.copied, plan.checkedOut].map(paths =>
      paths.filter(path => this.#reads.isRead(prefix + path)),
    );
    const links = new LinkedFiles(clone, directory);
    const missing: string[] = [];
    for (const [index, path] of copied.entries()) {
      if (links.put(path, 'copied') === null) missing.push(path);
      if (index % FILES_PER_TURN === 0) await setImmediate();
    }
    await links.keepTimes();
    await this.#checkOut(repository, commit, directory, [...missing, ...checkedOut]);
    if (depth < MAX_DEPTH) await this.#addSubmodules(repository, commit, directory, prefix, depth);
  }

  /** @param oldPaths what the commit calls the contexts; empty where they are called the same */
  async keepMovedTimes(
    repository: GitRepository,
    top: string,
    contexts: readonly string[],
    oldPaths: readonly string[],
  ): Promise<void> {
    if (this.#top === null) return;
    const { files, checkout } = this.#top;
    for (const [at, oldPath] of oldPaths.entries()) {
      const moved = { oldPath, path: contexts[at] ?? oldPath };
      await keepMovedTimes(repository.git, top, moved, files, checkout);
    }
  }

  async #checkOut(
    repository: GitRepository,
    commit: string,
    directory: string,
    paths: readonly string[],
  ): Promise<void> {
    if (paths.length === 0) return;
    this.#indexes += 1;
    const clone = repository.git;
    const objects = await repository.objects();
    const index = join(this.#folder, `index-${this.#indexes}`);
    const git = objects.with({ GIT_WORK_TREE: directory, GIT_INDEX_FILE: index }).in(directory);
    await git.run(['read-tree', commit]);
    const put = async (own: Git, some: readonly string[]): Promise<void> => {
      if (some.length === 0) return;
      const list = some.map(path => `${path}\0`).join('');
      await own.run(['checkout-index', '--force', '--quiet', '-z', '--stdin'], list);
    };
    const { pointers, contents } = await splitLfsPaths(clone, git, paths);
    const ofLfs = new Set([...pointers, ...contents]);
    await put(
      git,
      paths.filter(path => !ofLfs.has(path)),
    );
    await put(git.with({ GIT_LFS_SKIP_SMUDGE: '1' }), pointers);
    const smudging = contents.length === 0 ? [] : await smudgingSettings(clone);
    await put(git.with({ GIT_LFS_SKIP_SMUDGE: '0' }).withSettings(smudging), contents);
  }

  async #addSubmodules(
    repository: GitRepository,
    commit: string,
    directory: string,
    prefix: string,
    depth: number,
  ): Promise<void> {
    const listed = await listSubmodules(repository.git, await repository.objects(), commit);
    const isRead = (path: string): boolean => this.#reads.isReadIn(prefix + path);
    const present = listed.present.filter(({ path }) => isRead(path));
    const absent = listed.absent.filter(isRead);
    for (const path of [...present.map(each => each.path), ...absent]) {
      await mkdir(join(directory, path), { recursive: true });
    }
    for (const path of absent) {
      // A head without any of its submodules is how people build it: nothing is missing.
      const isRemoved = !this.tracked.has(`${prefix}${path}`);
      if (isRemoved || listed.present.length > 0)
        this.#incomplete(prefix + path, 'the head does not have it');
    }
    for (const submodule of present) {
      const { path } = submodule;
      try {
        const inner = submoduleRepository(repository, submodule);
        await this.add(inner, submodule.commit, join(directory, path), `${prefix}${path}/`, depth + 1);
      } catch (error) {
        if (!(error instanceof DeadweightError)) throw error;
        this.#incomplete(prefix + path, messageOf(error));
      }
    }
  }

  #incomplete(path: string, why: string): void {
    this.notices.push({
      code: 'base-submodule-missing',
      message: `The base ${shortCommit(this.#commit)} was built without its submodule ${path}: ${why.replace(/\.$/, '')}.`,
    });
  }
}

/** Which paths a sparse checkout has. @returns null where the checkout is whole, or git is too old to tell */
async function sparseRules(
  clone: Git,
  files: ReadonlyMap<string, TrackedFile>,
  { tracked, leftOut }: Checkout,
): Promise<((path: string) => boolean) | null> {
  if (leftOut.size === 0) return null;
  const sparse = await clone.attempt(['config', '--type=bool', '--get', 'core.sparseCheckout']);
  if (sparse.stdout.trim() !== 'true') return null;
  const list = [...files.keys()].map(path => `${path}\0`).join('');
  const checked = await clone.attempt(['sparse-checkout', 'check-rules', '-z'], list);
  if (checked.exitCode === 0) {
    const inside = new Set(checked.stdout.split('\0'));
    return path => inside.has(path);
  }
  // Before git 2.41: a folder of which the checkout leaves out all is not in it.
  const emptied = new Set([...leftOut].map(path => dirname(path)));
  for (const path of tracked.keys()) if (!leftOut.has(path)) emptied.delete(dirname(path));
  return path => !emptied.has(dirname(path));
}
