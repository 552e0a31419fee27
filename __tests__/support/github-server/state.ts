import { GitState } from './git-state.ts';
import { type FakeReviewComment, ReviewState } from './review-state.ts';

export interface Account {
  readonly login: string;
  readonly type: 'Bot' | 'User';
}

export interface FakePullRequest {
  readonly number: number;
  headSha: string;
  readonly headRef: string;
  /** `owner/name` of the repository that its branch is in. */
  readonly headRepository: string;
  readonly baseSha: string;
  readonly baseRef: string;
  /** The merge that GitHub made last; null while it has none. */
  readonly mergeSha: string | null;
  readonly state: 'open' | 'closed';
  readonly locked: boolean;
  /** Its diff at the head. */
  files: readonly FakeFile[];
}

export interface FakeFile {
  readonly filename: string;
  readonly status: 'added' | 'modified' | 'removed' | 'renamed';
  /** From the first `@@` on; null where GitHub has none: binary files, and too large ones. */
  readonly patch: string | null;
}

export interface FakeComment {
  readonly id: number;
  readonly issue: number;
  readonly author: Account;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
  /** Bodies after each edit, oldest first, the original first of all; empty when it was never edited. */
  readonly edits: string[];
}

/** What the repository holds. Ids grow, times advance a second a write. */
export class RepositoryState {
  readonly repository: string;
  readonly pullRequests = new Map<number, FakePullRequest>();
  /** Parents by commit. */
  readonly commits: ReadonlyMap<string, readonly string[]>;
  readonly reviews = new ReviewState();
  readonly git = new GitState();
  readonly #comments = new Map<number, FakeComment>();
  /** The diffs at all heads that a pull request had. */
  readonly #heads = new Map<string, readonly FakeFile[]>();
  #nextId = 1_900_000_001;
  #time = Date.UTC(2026, 0, 1);

  constructor(
    repository: string,
    pullRequests: readonly Partial<FakePullRequest>[],
    commits: Readonly<Record<string, readonly string[]>> = {},
  ) {
    this.repository = repository;
    this.commits = new Map(Object.entries(commits));
    for (const given of pullRequests) {
      const pullRequest: FakePullRequest = {
        number: 7,
        headSha: 'a'.repeat(40),
        headRef: 'feature',
        headRepository: repository,
        baseSha: 'b'.repeat(40),
        baseRef: 'main',
        mergeSha: null,
        state: 'open',
        locked: false,
        files: [],
        ...given,
      };
      this.pullRequests.set(pullRequest.number, pullRequest);
      this.push(pullRequest, pullRequest.headSha, pullRequest.files);
    }
  }

  push(pullRequest: FakePullRequest, sha: string, files: readonly FakeFile[]): void {
    pullRequest.headSha = sha;
    pullRequest.files = files;
    this.#heads.set(`${pullRequest.number} ${sha}`, files);
  }

  /** undefined for a commit that was never the head: a force push forgets none here. */
  filesAt(pullRequest: number, sha: string): readonly FakeFile[] | undefined {
    return this.#heads.get(`${pullRequest} ${sha}`);
  }

  reply(to: FakeReviewComment, author: Account, body: string): FakeReviewComment {
    const now = this.now();
    const reply = { ...to, id: this.nextId(), author, body, replyTo: to.id, createdAt: now, updatedAt: now };
    this.reviews.addComment(reply);
    return reply;
  }

  comments(issue: number): FakeComment[] {
    return [...this.#comments.values()].filter(comment => comment.issue === issue);
  }

  comment(id: number): FakeComment | undefined {
    return this.#comments.get(id);
  }

  add(issue: number, author: Account, body: string): FakeComment {
    const now = this.now();
    const id = this.nextId();
    const comment = { id, issue, author, body, createdAt: now, updatedAt: now, edits: [] };
    this.#comments.set(id, comment);
    return comment;
  }

  edit(comment: FakeComment, body: string): void {
    if (comment.edits.length === 0) comment.edits.push(comment.body);
    comment.edits.push(body);
    comment.body = body;
    comment.updatedAt = this.now();
  }

  remove(id: number): void {
    this.#comments.delete(id);
  }

  nextId(): number {
    return this.#nextId++;
  }

  now(): string {
    this.#time += 1000;
    return new Date(this.#time).toISOString().replace('.000Z', 'Z');
  }
}
