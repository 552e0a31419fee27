import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { DeadweightError } from '../../base/errors.ts';
import { lazy } from '../../base/lazy.ts';
import type { GitDataApi, NewTreeEntry, TreeEntry } from '../api.ts';
import { commitId } from '../event-details.ts';
import type { OctokitClient } from '../octokit-client.ts';

/** The part of GitHub's answers that is used: https://docs.github.com/rest/git */
const refPayload = lazy(() => z.object({ object: z.object({ type: z.string(), sha: commitId() }) }));
const commitPayload = lazy(() => z.object({ sha: commitId(), tree: z.object({ sha: commitId() }) }));
const objectPayload = lazy(() => z.object({ sha: commitId() }));
const treePayload = lazy(() =>
  z.object({
    truncated: z.boolean().nullish(),
    tree: z.array(
      z.object({
        path: z.string(),
        mode: z.string(),
        type: z.enum(['blob', 'tree', 'commit']),
        sha: commitId(),
        size: z.int().min(0).nullish(),
      }),
    ),
  }),
);
const blobPayload = lazy(() => z.object({ encoding: z.literal('base64'), content: z.string() }));

/** The modes that GitHub takes; old tools wrote others. */
const MODES = ['100644', '100755', '120000', '040000', '160000'] as const;

function treeEntry(entry: NewTreeEntry) {
  const { path } = entry;
  if ('content' in entry) return { path, content: entry.content, mode: MODES[0], type: 'blob' as const };
  const { type, sha } = entry;
  return { path, type, sha, mode: MODES.find(mode => mode === entry.mode) ?? MODES[0] };
}

/** GitHub's git database through Octokit. */
export class OctokitGitData implements GitDataApi {
  readonly #client: OctokitClient;

  constructor(client: OctokitClient) {
    this.#client = client;
  }

  async branchTip(branch: string): Promise<string | null> {
    const { octokit, repository } = this.#client;
    const ref = await this.#client.requestOrGone(`show the branch ${branch}`, refPayload(), () =>
      octokit.rest.git.getRef({ ...repository, ref: `heads/${branch}`, ...this.#client.timed() }),
    );
    return ref?.object.sha ?? null;
  }

  async treeOf(commit: string): Promise<string> {
    const { octokit, repository } = this.#client;
    const found = await this.#client.request('show the commit', commitPayload(), () =>
      octokit.rest.git.getCommit({ ...repository, commit_sha: commit, ...this.#client.timed() }),
    );
    return found.tree.sha;
  }

  async listTree(tree: string): Promise<readonly TreeEntry[] | null> {
    const { octokit, repository } = this.#client;
    const found = await this.#client.requestOrGone('list the files of the branch', treePayload(), () =>
      octokit.rest.git.getTree({ ...repository, tree_sha: tree, ...this.#client.timed() }),
    );
    if (found?.truncated === true) {
      throw new DeadweightError('limit-exceeded', {
        message: 'The branch has more files than GitHub lists.',
        remedy: 'Name a branch of its own with the input history-branch.',
      });
    }
    return (
      found?.tree.map(({ path, mode, type, sha, size }) => ({ path, mode, type, sha, size: size ?? null })) ??
      null
    );
  }

  async readBlob(sha: string): Promise<string> {
    const { octokit, repository } = this.#client;
    const blob = await this.#client.request('show a file of the branch', blobPayload(), () =>
      octokit.rest.git.getBlob({ ...repository, file_sha: sha, ...this.#client.timed() }),
    );
    return Buffer.from(blob.content, 'base64').toString('utf8');
  }

  async createTree(base: string | null, entries: readonly NewTreeEntry[]): Promise<string> {
    const { octokit, repository } = this.#client;
    const tree = entries.map(treeEntry);
    const made = await this.#client.request('store files for the branch', objectPayload(), () =>
      octokit.rest.git.createTree({
        ...repository,
        ...(base === null ? {} : { base_tree: base }),
        tree,
        ...this.#client.timed(),
      }),
    );
    return made.sha;
  }

  async createCommit(message: string, tree: string, parents: readonly string[]): Promise<string> {
    const { octokit, repository } = this.#client;
    const made = await this.#client.request('store a commit for the branch', objectPayload(), () =>
      octokit.rest.git.createCommit({
        ...repository,
        message,
        tree,
        parents: [...parents],
        ...this.#client.timed(),
      }),
    );
    return made.sha;
  }

  async createBranch(branch: string, commit: string): Promise<void> {
    const { octokit, repository } = this.#client;
    const ref = `refs/heads/${branch}`;
    await this.#client.request(`create the branch ${branch}`, refPayload(), () =>
      octokit.rest.git.createRef({ ...repository, ref, sha: commit, ...this.#client.timed() }),
    );
  }

  async moveBranch(branch: string, commit: string): Promise<void> {
    const { octokit, repository } = this.#client;
    const ref = `heads/${branch}`;
    await this.#client.request(`update the branch ${branch}`, refPayload(), () =>
      octokit.rest.git.updateRef({ ...repository, ref, sha: commit, force: false, ...this.#client.timed() }),
    );
  }
}
