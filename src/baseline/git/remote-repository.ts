import { mkdir } from 'node:fs/promises';
import { isCommitId } from '../../base/commit.ts';
import { DeadweightError } from '../../base/errors.ts';
import { quote } from '../../base/untrusted-text.ts';
import { Git } from './git.ts';
import { initRepository, makeBaselineFolder, privateRepositories } from './private-repository.ts';
import { GitRepository, type RepositoryContext, tipOf } from './repository.ts';

/** Where a repository is, and what of it is the head. */
export interface RemoteHead {
  /** What git takes for a repository. */
  readonly remote: string;
  /** Branch, tag, `refs/…` or commit; null for the default branch. */
  readonly ref: string | null;
  /** Settings of git that only the variables of a process may hold: authorizations. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * A repository that is on no disk of this machine. What is asked of it is fetched alone into a git directory of ours:
 * commits, and none of their files.
 */
export class RemoteRepository extends GitRepository {
  readonly #ref: string | null;
  #hasFetched = false;

  private constructor(git: Git, context: RepositoryContext, ref: string | null) {
    super(git, context);
    this.#ref = ref;
  }

  /** @throws DeadweightError `git-failed`. The repository is asked for nothing yet. */
  static async openRemote(
    context: RepositoryContext,
    { remote, ref, settings }: RemoteHead,
  ): Promise<RemoteRepository> {
    const parent = privateRepositories(context.temporaryDir);
    await mkdir(parent, { recursive: true });
    const folder = await makeBaselineFolder(parent, 'remote-');
    const plain = new Git(context, folder, { GIT_DIR: folder });
    await initRepository(
      plain,
      folder,
      ref !== null && isCommitId(ref) && ref.length === 64 ? 'sha256' : 'sha1',
    );
    for (const [key, value] of Object.entries({
      'core.repositoryFormatVersion': '1',
      'extensions.partialClone': 'origin',
      'remote.origin.promisor': 'true',
      'remote.origin.partialCloneFilter': 'tree:0',
    })) {
      await plain.run(['config', key, value]);
    }
    // A variable, since the address may hold a password.
    const git = plain.withSettings(Object.entries({ ...settings, 'remote.origin.url': remote }));
    return new RemoteRepository(git, context, ref);
  }

  /** The git directory is ours already. */
  override objects(): Promise<Git> {
    return Promise.resolve(this.git);
  }

  /** Before anything is fetched there is no history to tell from: the first commit comes alone as well. */
  override async isShallow(): Promise<boolean> {
    return !this.#hasFetched || super.isShallow();
  }

  override async ensureCommit(sha: string, depth = 1): Promise<void> {
    await super.ensureCommit(sha, depth);
    this.#hasFetched = true;
  }

  override async head(): Promise<string> {
    const commit = await this.resolveCommit(this.#ref ?? 'HEAD');
    await this.ensureCommit(commit);
    return commit;
  }

  /**
   * The commit of a branch, a tag or another ref; a full commit id is taken as it is.
   * @throws DeadweightError `git-ref-unknown`; `git-failed` when the repository cannot be asked
   */
  override async resolveCommit(ref: string): Promise<string> {
    if (isCommitId(ref)) return ref;
    const names =
      ref.startsWith('refs/') || ref === 'HEAD'
        ? [ref]
        : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`];
    const wanted = names.flatMap(name => [`${name}^{}`, name]);
    const listed = await this.ask(this.git, 'origin', ['ls-remote', '--quiet', '--', 'origin', ...wanted]);
    const tip = wanted.map(name => tipOf(listed, name)).find(each => each !== null);
    if (tip) return tip;
    throw new DeadweightError('git-ref-unknown', {
      message: `${quote(ref)} names no commit in the repository of the build context.`,
      remedy: 'Name a branch, a tag or a full commit id of that repository.',
    });
  }
}
