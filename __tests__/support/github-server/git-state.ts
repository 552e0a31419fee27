import { createHash } from 'node:crypto';

export interface FakeTreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
}

export interface FakeCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

/** The git objects and branches of the repository, named as git names them. */
export class GitState {
  readonly blobs = new Map<string, Buffer>();
  readonly trees = new Map<string, readonly FakeTreeEntry[]>();
  readonly commits = new Map<string, FakeCommit>();
  /** By branch. */
  readonly branches = new Map<string, string>();
  #time = 1_767_225_600;

  addBlob(content: string | Buffer): string {
    const bytes = Buffer.from(content);
    const sha = nameOf('blob', bytes);
    this.blobs.set(sha, bytes);
    return sha;
  }

  addTree(entries: readonly FakeTreeEntry[]): string {
    const sorted = entries.toSorted((one, other) => (sortName(one) < sortName(other) ? -1 : 1));
    const parts = sorted.flatMap(({ mode, path, sha }) => [
      Buffer.from(`${mode.replace(/^0/, '')} ${path}\0`),
      Buffer.from(sha, 'hex'),
    ]);
    const sha = nameOf('tree', Buffer.concat(parts));
    this.trees.set(sha, sorted);
    return sha;
  }

  addCommit(commit: FakeCommit): string {
    this.#time += 1;
    const head = [`tree ${commit.tree}`, ...commit.parents.map(parent => `parent ${parent}`)];
    const by = `github-actions[bot] <bot@example.org> ${this.#time} +0000`;
    const text = [...head, `author ${by}`, `committer ${by}`, '', commit.message].join('\n');
    const sha = nameOf('commit', Buffer.from(text));
    this.commits.set(sha, commit);
    return sha;
  }

  /** Whether one commit is the other, or an ancestor of it. */
  isAncestor(ancestor: string, commit: string): boolean {
    const seen = new Set<string>();
    const open = [commit];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === ancestor) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(this.commits.get(next)?.parents ?? []));
    }
    return false;
  }

  /** The entries at the tip of a branch. */
  entries(branch: string): readonly FakeTreeEntry[] {
    const commit = this.commits.get(this.branches.get(branch) ?? '');
    return this.trees.get(commit?.tree ?? '') ?? [];
  }

  /** The files at the tip of a branch, by path. */
  files(branch: string): ReadonlyMap<string, string> {
    return new Map(
      this.entries(branch).flatMap(({ path, sha }) => {
        const blob = this.blobs.get(sha);
        return blob === undefined ? [] : [[path, blob.toString('utf8')]];
      }),
    );
  }

  /** A push of somebody else: these entries, and no others. */
  push(
    branch: string,
    entries: readonly (FakeTreeEntry | { readonly path: string; readonly content: string })[],
  ): void {
    const tree = this.addTree(
      entries.map(entry =>
        'sha' in entry
          ? entry
          : { path: entry.path, mode: '100644', type: 'blob', sha: this.addBlob(entry.content) },
      ),
    );
    const parent = this.branches.get(branch);
    const parents = parent === undefined ? [] : [parent];
    this.branches.set(branch, this.addCommit({ tree, parents, message: 'push' }));
  }
}

function nameOf(type: string, content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

function sortName({ path, type }: FakeTreeEntry): string {
  return type === 'tree' ? `${path}/` : path;
}
