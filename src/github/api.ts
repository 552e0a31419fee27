import type { Repository } from './event-details.ts';

/** Who wrote a comment; null where the account was deleted. */
export type Author = { readonly login: string; readonly isBot: boolean } | null;

/** A comment of an issue or a pull request: GitHub makes no difference. */
export interface IssueComment {
  readonly id: number;
  /** Its name in the GraphQL API. */
  readonly nodeId: string;
  readonly url: string;
  readonly body: string;
  readonly author: Author;
}

export interface PullRequestState {
  readonly number: number;
  /** Commit at the tip of its branch now. */
  readonly headSha: string;
  /** Where that branch is; null where the fork was deleted. */
  readonly headRepository: Repository | null;
  readonly open: boolean;
  /** The branch that it is to be merged into, without `refs/heads/`, and the tip of it that GitHub has noted. */
  readonly baseRef: string;
  readonly baseSha: string;
  /** The merge that GitHub made of it last; null while there is none. */
  readonly mergeSha: string | null;
}

/**
 * What Deadweight asks of GitHub, for one repository. Every method retries what GitHub asks to be retried, and
 * throws GitHubRequestError when it is refused in the end.
 */
export interface GitHubApi {
  /** The diff of a pull request, and comments on its lines. */
  readonly reviews: ReviewApi;
  /** Branches and their files, without a clone. */
  readonly git: GitDataApi;
  /** Login of the account that the token writes as, `github-actions[bot]` for one; null when GitHub does not tell. */
  viewer(): Promise<string | null>;
  getPullRequest(number: number): Promise<PullRequestState>;
  /** Open pull requests whose head is this commit on this branch, forks included. */
  findPullRequests(head: { owner: string; branch: string; sha: string }): Promise<PullRequestState[]>;
  /** Page after page, oldest comment first. */
  listComments(pullRequest: number): AsyncIterable<readonly IssueComment[]>;
  /** null when it is gone. */
  getComment(id: number): Promise<IssueComment | null>;
  /** A retry after an answer that was lost may make it twice: look afterwards. */
  createComment(pullRequest: number, body: string): Promise<IssueComment>;
  /** null when it is gone. */
  updateComment(id: number, body: string): Promise<IssueComment | null>;
  /** A comment that is gone already is fine. */
  deleteComment(id: number): Promise<void>;
  /** Bodies that the comment has had, newest first, the present one included; empty when GitHub does not tell. */
  commentHistory(nodeId: string): Promise<readonly string[]>;
}

/** A file of a pull request's diff. */
export interface ChangedFile {
  /** In the repository. */
  readonly path: string;
  /** Its part of the unified diff, from the first `@@` on; null where GitHub leaves it out. */
  readonly patch: string | null;
}

/** A comment on lines of a pull request's diff, or a reply to one. */
export interface ReviewComment {
  readonly id: number;
  readonly body: string;
  readonly author: Author;
  /** In the repository. */
  readonly path: string;
  /** Lines of the head's file that it stands at now, 1-based, inclusive; null when they have changed since. */
  readonly lines: { readonly start: number; readonly end: number } | null;
  /** Id of the comment that it answers; null when it begins a thread. */
  readonly replyTo: number | null;
}

/** A comment to be made on lines that the diff shows on its right side, all of them in one hunk. */
export interface DraftComment {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly body: string;
}

/** What Deadweight asks of GitHub about the diff of a pull request and the comments on it. Throws as GitHubApi does. */
export interface ReviewApi {
  /** Page after page; 3,000 files at most. */
  files(pullRequest: number): AsyncIterable<readonly ChangedFile[]>;
  /** One of them by its place in the list, from 0: GitHub leaves patches out where an answer would have too many. */
  fileAt(pullRequest: number, index: number): Promise<ChangedFile | null>;
  /** Page after page, oldest comment first, replies included. */
  comments(pullRequest: number): AsyncIterable<readonly ReviewComment[]>;
  /**
   * One review with all comments, which is one notification: all of them are posted or none.
   * A retry after an answer that was lost may make it twice: look afterwards.
   * @param commit of the pull request, whose lines the comments are on
   */
  post(pullRequest: number, commit: string, comments: readonly DraftComment[]): Promise<void>;
  /** A comment that is gone is fine. */
  update(id: number, body: string): Promise<void>;
  /** A comment that is gone already is fine. */
  remove(id: number): Promise<void>;
}

/** An entry of a git tree. */
export interface TreeEntry {
  readonly path: string;
  /** `100644` and `100755` are files, `120000` a symbolic link, `040000` a folder, `160000` a submodule. */
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  /** Bytes of a blob; null of anything else. */
  readonly size: number | null;
}

/** A file to be written, or an object that is there already, under a name. */
export type NewTreeEntry =
  | { readonly path: string; readonly content: string }
  | Pick<TreeEntry, 'path' | 'mode' | 'type' | 'sha'>;

/**
 * What Deadweight asks of GitHub's git database (https://docs.github.com/rest/git): objects are made first, and are
 * nobody's until a branch leads to them. Reading takes `contents: read`, writing `contents: write`. Throws as GitHubApi does.
 */
export interface GitDataApi {
  /** The commit at the tip of a branch; null where it is not there, or may not be seen. */
  branchTip(branch: string): Promise<string | null>;
  /** The tree of a commit. */
  treeOf(commit: string): Promise<string>;
  /**
   * The entries of a tree, without those of its folders.
   * @param tree or the name of a branch
   * @returns null where it is not there, or may not be seen
   * @throws DeadweightError `limit-exceeded` where GitHub lists only a part
   */
  listTree(tree: string): Promise<readonly TreeEntry[] | null>;
  /** The text of a blob; what is no UTF-8 is replaced. Ask for its size before. */
  readBlob(sha: string): Promise<string>;
  /** @param base tree whose other entries stay; null of a tree of its own */
  createTree(base: string | null, entries: readonly NewTreeEntry[]): Promise<string>;
  createCommit(message: string, tree: string, parents: readonly string[]): Promise<string>;
  /** Refused (422) where the branch is there. */
  createBranch(branch: string, commit: string): Promise<void>;
  /** Refused (422) where the commit does not follow the one that the branch is at. */
  moveBranch(branch: string, commit: string): Promise<void>;
}
