import { DeadweightError, messageOf } from '../../base/errors.ts';
import { type Retries, type RetryAdvice, type RetryPolicy, retry } from '../../base/retry.ts';
import type { GitDataApi, NewTreeEntry, TreeEntry } from '../api.ts';
import { GitHubRequestError } from '../request-error.ts';

/** What is under a name at the tip of a branch. */
export interface BranchFile {
  readonly entry: TreeEntry;
  /** null of what is no file (a link, a folder, a submodule), or is larger than is read. */
  readonly text: string | null;
}

/** Files of a branch by their names; those that are not there are left out. */
export type BranchFiles = ReadonlyMap<string, BranchFile>;

interface WantedFiles {
  readonly branch: string;
  /** At the top of the branch. */
  readonly names: readonly string[];
  /** A larger file is not read. Bytes. */
  readonly maxBytes: number;
}

/** What becomes of the files, and what the caller wants to know of it. */
interface BranchChange<T> {
  readonly entries: readonly NewTreeEntry[];
  readonly result: T;
}

export interface BranchUpdate<T> extends WantedFiles {
  /** Of the commit. */
  readonly message: string;
  /** Called anew with each attempt: between two of them others may have written. */
  readonly change: (files: BranchFiles) => BranchChange<T>;
}

/**
 * For many runs that write at once: one of them comes through with each round, so that the waits, which chance spreads,
 * grow to what twenty take. Milliseconds.
 */
export const CONFLICT_POLICY: RetryPolicy = {
  maxAttempts: 60,
  firstWait: 500,
  maxDoubled: 12_000,
  jitter: 1,
  maxWait: 60_000,
  maxTotalWait: 480_000,
};

/**
 * Reads files at the tip of a branch: one request where the branch is not there.
 * @throws GitHubRequestError; DeadweightError as `listTree`
 */
export async function readBranchFiles(git: GitDataApi, wanted: WantedFiles): Promise<BranchFiles> {
  return readEntries(git, wanted, (await git.listTree(wanted.branch)) ?? [], new Map());
}

/**
 * Writes files to a branch in one commit, which follows the tip that they were read from: where somebody else was
 * quicker, all is read and changed again. A branch that is not there is made, with a first commit of its own.
 * @throws GitHubRequestError the last refusal; DeadweightError `github-request-failed` where others were quicker until
 * nothing more may be waited for; DeadweightError as `listTree`
 */
export async function updateBranchFiles<T>(
  git: GitDataApi,
  update: BranchUpdate<T>,
  retries: Retries,
): Promise<T> {
  const { branch, message, change } = update;
  const texts = new Map<string, string>();
  const conflicts = new Conflicts();
  const attempt = async (): Promise<T> => {
    const tip = await git.branchTip(branch);
    conflicts.tip = tip;
    const base = tip === null ? null : await git.treeOf(tip);
    const present = base === null ? [] : ((await git.listTree(base)) ?? []);
    const { entries, result } = change(await readEntries(git, update, present, texts));
    const tree = await git.createTree(base, entries);
    // A write may have waited for a rate limit, which counts writes: none is spent on a tip that has moved.
    const checkTip = async (): Promise<void> => {
      if ((await git.branchTip(branch)) !== tip) throw new Overtaken(branch);
    };
    await checkTip();
    const commit = await git.createCommit(message, tree, tip === null ? [] : [tip]);
    await checkTip();
    if (tip === null) await git.createBranch(branch, commit);
    else await git.moveBranch(branch, commit);
    return result;
  };
  return retry(attempt, retries, { ofError: error => conflicts.advise(error) });
}

/** @param texts of blobs that were read before, by their names: what did not change is not asked for again */
async function readEntries(
  git: GitDataApi,
  { names, maxBytes }: WantedFiles,
  present: readonly TreeEntry[],
  texts: Map<string, string>,
): Promise<BranchFiles> {
  const files = new Map<string, BranchFile>();
  for (const entry of present) {
    if (!names.includes(entry.path)) continue;
    if (!isFile(entry) || (entry.size ?? 0) > maxBytes) {
      files.set(entry.path, { entry, text: null });
      continue;
    }
    const text = texts.get(entry.sha) ?? (await git.readBlob(entry.sha));
    texts.set(entry.sha, text);
    files.set(entry.path, { entry, text });
  }
  return files;
}

/** What leads elsewhere is not followed. */
function isFile({ mode, type }: TreeEntry): boolean {
  return type === 'blob' && mode !== '120000';
}

/** Before another attempt, where the requests of one gave up at a rate limit. Milliseconds. */
const LIMIT_WAIT = 60_000;
/** What GitHub says where another run was quicker. */
const OVERTAKEN = /not a fast.?forward|already exists|does not exist/i;
/** What it says where two write in the same moment, and where a rule protects the branch. */
const REFUSED = /cannot be updated|update failed/i;
/** Refusals of the second kind while nobody else moves the branch, after which it is taken for protected. */
const MAX_REFUSALS = 3;

/** Another run moved the branch during the attempt. */
class Overtaken extends DeadweightError {
  constructor(branch: string) {
    super('github-request-failed', {
      message: `Other runs wrote to the branch ${branch} at the same time, again and again.`,
      remedy: 'Run the job again when fewer others run.',
    });
  }
}

/** Tells what is worth another attempt. */
class Conflicts {
  /** Of the attempt. */
  tip: string | null = null;
  #refusedTip: string | null = null;
  #refusals = 0;

  advise(error: unknown): RetryAdvice | null {
    if (error instanceof Overtaken) return { after: null };
    if (!(error instanceof GitHubRequestError)) return null;
    // Its requests have waited as GitHub asks them to, and more than once.
    if (error.isLimit) return { after: LIMIT_WAIT };
    if (error.status === 409) return { after: null };
    if (error.status !== 422) return null;
    const said = messageOf(error.cause);
    if (OVERTAKEN.test(said)) return { after: null };
    if (!REFUSED.test(said)) return null;
    this.#refusals = this.#refusedTip === this.tip ? this.#refusals + 1 : 1;
    this.#refusedTip = this.tip;
    return this.#refusals < MAX_REFUSALS ? { after: null } : null;
  }
}
