import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isCommitId, readParents, shortCommit } from '../../base/commit.ts';
import { DeadweightError } from '../../base/errors.ts';
import { isSameRemote, siblingRemote } from '../../build/git-context.ts';
import { Git, type GitContext, gitFailed, posesAsRepository } from './git.ts';
import type { GitRun } from './git-run.ts';
import { makePrivateRepository } from './private-repository.ts';
import { unknownRef } from './unknown-ref.ts';

/** Commits by which a shallow clone is deepened, step by step, until two commits meet; then the whole history. */
const STEPS = [50, 200, 750];

/** What git calls the repository that a fork was made of, in our processes alone. */
const UPSTREAM = 'deadweight-upstream';

/** What of a run its repositories share. */
interface SharedContext {
  /** For what lives as long as the run. */
  readonly temporaryDir: string;
  readonly gitRun: GitRun;
}

export interface RepositoryContext extends GitContext, SharedContext {}

/**
 * A clone, as far as a baseline needs it. Nothing of it changes, not even its git directory: what is fetched goes into one
 * of our own that sees the clone's objects.
 */
export class GitRepository {
  /** In the clone; only reads. */
  readonly git: Git;
  readonly #shared: SharedContext;
  readonly #upstream: string | null;

  /**
   * @param git in the top folder of the clone
   * @param upstream see `open`
   */
  constructor(git: Git, shared: SharedContext, upstream: string | null = null) {
    this.git = git;
    this.#shared = shared;
    this.#upstream = upstream;
  }

  /**
   * The repository that holds a directory.
   * @param upstream address of the repository that commits are asked of, where the clone may be of a fork of it; null for
   * that which was cloned
   * @throws DeadweightError `git-failed` when none does.
   */
  static async open(
    context: RepositoryContext,
    directory: string,
    upstream: string | null = null,
  ): Promise<GitRepository> {
    const top = await new Git(context, directory).run(['rev-parse', '--show-toplevel']);
    // No commit can hold a `.git`: what git found without one may be anybody's.
    if (!existsSync(join(top, '.git'))) throw new DeadweightError('git-failed', posesAsRepository(top));
    return new GitRepository(new Git(context, top), context, upstream);
  }

  /** Git in the same folder over our own git directory, which has all objects of the clone and what was fetched. */
  objects(): Promise<Git> {
    const { gitRun, temporaryDir } = this.#shared;
    return gitRun.privateRepository(this.directory, () => makePrivateRepository(this.git, temporaryDir));
  }

  /** The clone of a submodule. @param path of it, relative to the top */
  inside(path: string): GitRepository {
    return new GitRepository(this.git.in(join(this.directory, path)), this.#shared);
  }

  /** Top of the checked out files. */
  get directory(): string {
    return this.git.directory;
  }

  /** Top of the repository that this one is a submodule of; null where it is none. */
  async superproject(): Promise<string | null> {
    return (await this.git.run(['rev-parse', '--show-superproject-working-tree'])) || null;
  }

  head(): Promise<string> {
    return this.git.run(['rev-parse', '--verify', 'HEAD^{commit}']);
  }

  async isShallow(): Promise<boolean> {
    return (await (await this.objects()).run(['rev-parse', '--is-shallow-repository'])) === 'true';
  }

  /**
   * The commit that REF names here, or on `origin` where there is no local ref of that name; a branch or a tag of the
   * remote that is missing here is fetched, and so is a full commit id.
   * @throws DeadweightError `git-ref-unknown` with near matches, and how to fetch in a shallow clone.
   */
  async resolveCommit(ref: string): Promise<string> {
    // Asked of the clone itself, a partial one would fetch it into its own objects.
    if (isCommitId(ref)) {
      await this.ensureCommit(ref);
      return ref;
    }
    for (const name of isPlausible(ref) ? [await this.#searched(ref), `refs/remotes/origin/${ref}`] : []) {
      const result = await this.git.attempt([
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        `${name}^{commit}`,
      ]);
      const sha = result.stdout.trim();
      if (result.exitCode === 0 && isCommitId(sha)) return sha;
    }
    const tip = isPlausible(ref) ? await this.#remoteTip(ref.replace(/^origin\//, '')) : null;
    if (tip !== null) {
      await this.ensureCommit(tip);
      return tip;
    }
    throw await unknownRef(this.git, ref, await this.isShallow());
  }

  /** In the order of the commit object; complete even in a clone of depth 1. */
  async parents(sha: string): Promise<string[]> {
    return readParents(await (await this.objects()).run(['cat-file', 'commit', assertCommitId(sha)]));
  }

  async firstParent(sha: string): Promise<string | null> {
    return (await this.parents(sha))[0] ?? null;
  }

  async hasCommit(sha: string): Promise<boolean> {
    const objects = await this.objects();
    // A partial clone must not fetch what is only asked for.
    const lookup = objects.with({ GIT_NO_LAZY_FETCH: '1' });
    return (await lookup.attempt(['cat-file', '-e', `${assertCommitId(sha)}^{commit}`])).exitCode === 0;
  }

  /**
   * Makes one commit with its files available: fetches it alone when it is absent.
   * @param depth how many commits of its history come along into a shallow clone
   * @throws DeadweightError `git-failed` when the remote does not have it or cannot be read.
   */
  async ensureCommit(sha: string, depth = 1): Promise<void> {
    if (await this.hasCommit(sha)) return;
    await this.#fetch(await this.#depthOptions(depth), [sha]);
    if (!(await this.hasCommit(sha))) {
      throw new DeadweightError('git-failed', {
        message: `Commit ${shortCommit(sha)} could not be fetched.`,
        remedy: 'Check out with `fetch-depth: 0`, so that the commit is there.',
      });
    }
  }

  /**
   * First parents, nearest first, without the commit itself; at most `count`. A shallow clone is deepened once, by no
   * more than that.
   * @throws DeadweightError `git-failed` when the remote cannot be read
   */
  async ancestors(sha: string, count: number): Promise<readonly string[]> {
    await this.ensureCommit(sha, count + 1);
    const known = await this.#ancestorsHere(sha, count);
    if (known.length === count || !(await this.isShallow())) return known;
    await this.#fetch([`--deepen=${count}`], [sha]);
    return this.#ancestorsHere(sha, count);
  }

  async #ancestorsHere(sha: string, count: number): Promise<readonly string[]> {
    const options = ['--first-parent', `--max-count=${count + 1}`];
    const listed = await (await this.objects()).run(['rev-list', ...options, assertCommitId(sha), '--']);
    return listed.split('\n').filter(Boolean).slice(1);
  }

  /**
   * The best common ancestor; a shallow clone is deepened until there is one.
   * @returns null when the two histories never meet.
   */
  async mergeBase(a: string, b: string): Promise<string | null> {
    await this.ensureCommit(a);
    await this.ensureCommit(b);
    // --deepen and not --depth, which would shorten a clone that is deeper already
    for (const step of [...STEPS.map(count => `--deepen=${count}`), '--unshallow']) {
      const base = await this.#mergeBaseHere(a, b);
      if (base !== null || !(await this.isShallow())) return base;
      await this.#fetch([step], [a, b]);
    }
    return this.#mergeBaseHere(a, b);
  }

  /**
   * Fetches the tip of a branch of the remote and names its commit; leaves no ref behind. The name is only ever
   * compared: it is no refspec, whatever it says.
   * @throws DeadweightError `git-failed` when there is no such branch.
   */
  async fetchBranch(branch: string): Promise<string> {
    const ref = `refs/heads/${branch}`;
    const { git, remote } = await this.#asking(this.git);
    const tip = tipOf(await this.ask(git, remote, ['ls-remote', '--quiet', '--', remote, ref]), ref);
    if (tip === null) {
      throw new DeadweightError('git-failed', {
        message: `The remote repository has no branch ${branch}.`,
        remedy: 'Name a branch, a tag or a commit of the repository with `against`.',
      });
    }
    await this.ensureCommit(tip);
    return tip;
  }

  /** Commits by the names of tags: those of the clone, and of its remote where that can be asked. */
  async listTags(): Promise<ReadonlyMap<string, string>> {
    const remotes = await this.git.attempt(['remote']);
    const listed = [await this.git.attempt(['show-ref', '--tags', '--dereference'])];
    if (remotes.stdout.trim() !== '') {
      const { git, remote } = await this.#asking(this.git);
      const args = ['ls-remote', '--quiet', '--tags', '--', remote];
      listed.push(await this.#shared.gitRun.askRemote(git, remote, args));
    }
    const tags = new Map<string, string>();
    // A tag's commit comes behind the tag.
    for (const line of listed.flatMap(({ stdout }) => stdout.split('\n'))) {
      const [, commit = '', name] = /^(\S+)\s+refs\/tags\/(.+?)(?:\^\{\})?$/.exec(line) ?? [];
      if (name !== undefined && isCommitId(commit)) tags.set(name, commit);
    }
    return tags;
  }

  /** `:/words` takes all that follows for words: what it names, for what stands in its place. */
  async #searched(ref: string): Promise<string> {
    if (!ref.startsWith(':/')) return ref;
    const found = await this.git.attempt(['rev-parse', '--verify', '--quiet', '--end-of-options', ref]);
    return found.exitCode === 0 ? found.stdout.trim() : ref;
  }

  /** Of a branch or tag of the remote. @returns null where there is none, or the remote cannot be asked */
  async #remoteTip(name: string): Promise<string | null> {
    const remotes = await this.git.attempt(['remote']);
    if (remotes.stdout.trim() === '') return null;
    // A tag's commit is behind the tag.
    const refs = [`refs/heads/${name}`, `refs/tags/${name}^{}`, `refs/tags/${name}`];
    const { git, remote } = await this.#asking(this.git);
    const options = ['ls-remote', '--quiet', '--', remote];
    const args = [...options, `refs/heads/${name}`, `refs/tags/${name}*`];
    const listed = await this.#shared.gitRun.askRemote(git, remote, args);
    if (listed.exitCode !== 0) return null;
    return refs.map(ref => tipOf(listed.stdout, ref)).find(tip => tip !== null) ?? null;
  }

  async #mergeBaseHere(a: string, b: string): Promise<string | null> {
    const args = ['merge-base', assertCommitId(a), assertCommitId(b)];
    const result = await (await this.objects()).attempt(args);
    const sha = result.stdout.trim();
    if (result.exitCode === 0 && isCommitId(sha)) return sha;
    if (result.exitCode === 1) return null;
    throw gitFailed(this.directory, args, result);
  }

  async #fetch(options: readonly string[], shas: readonly string[]): Promise<void> {
    const { git, remote } = await this.#asking(await this.objects());
    await this.ask(git, remote, [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-recurse-submodules',
      '--no-write-fetch-head',
      ...options,
      '--',
      remote,
      ...shas.map(assertCommitId),
    ]);
  }

  /** @throws DeadweightError `git-failed` where the remote does not answer, or refuses */
  protected async ask(git: Git, remote: string, args: readonly string[]): Promise<string> {
    const result = await this.#shared.gitRun.askRemote(git, remote, args);
    if (result.exitCode !== 0) throw gitFailed(this.directory, args, result);
    return result.stdout.replace(/\n$/, '');
  }

  /** Asking a complete clone for a depth would make it a shallow one. */
  async #depthOptions(depth: number): Promise<string[]> {
    return (await this.isShallow()) ? [`--depth=${depth}`] : [];
  }

  /** @returns the remote that is asked for commits, and git that knows it */
  async #asking(git: Git): Promise<{ readonly git: Git; readonly remote: string }> {
    const remotes = (await this.git.run(['remote'])).split('\n').filter(Boolean);
    const cloned = remotes.includes('origin') ? 'origin' : remotes[0];
    if (cloned === undefined) {
      throw new DeadweightError('git-failed', {
        message: 'The commit is not in this clone, and the clone has no remote to fetch it from.',
        remedy: 'Name a commit that is in the clone, or add the remote.',
      });
    }
    if (this.#upstream === null) return { git, remote: cloned };
    for (const remote of [cloned, ...remotes]) {
      if (isSameRemote(await this.#addressOf(remote), this.#upstream)) return { git, remote };
    }
    const address = siblingRemote(await this.#addressOf(cloned), this.#upstream);
    if (address === null) return { git, remote: cloned };
    return { git: git.withSettings([[`remote.${UPSTREAM}.url`, address]]), remote: UPSTREAM };
  }

  async #addressOf(remote: string): Promise<string> {
    return (await this.git.attempt(['remote', 'get-url', '--', remote])).stdout.trim();
  }
}

/** @param listed what `ls-remote` printed; the name is only compared */
export function tipOf(listed: string, ref: string): string | null {
  const line = listed.split('\n').find(each => each.endsWith(`\t${ref}`));
  const tip = line?.split('\t', 1)[0];
  return tip !== undefined && isCommitId(tip) ? tip : null;
}

/** Control characters cannot be in a ref, and a NUL cannot be in an argument. */
function isPlausible(ref: string): boolean {
  return ref.length > 0 && ref.length <= 1000 && !/[\u0000-\u001f\u007f]/.test(ref);
}

/** Only full commit ids are ever handed to git as such: nothing that could be read as an option. */
function assertCommitId(sha: string): string {
  if (isCommitId(sha)) return sha;
  throw new DeadweightError('git-ref-unknown', {
    message: `"${sha.slice(0, 100)}" is not a full commit id.`,
    remedy: 'Give all 40 (or 64) hexadecimal digits.',
  });
}
