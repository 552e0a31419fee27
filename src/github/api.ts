import type { ReviewApi } from './review/review-api.ts';

/** A comment of an issue or a pull request: GitHub makes no difference. */
export interface IssueComment {
  readonly id: number;
  /** Its name in the GraphQL API. */
  readonly nodeId: string;
  readonly url: string;
  readonly body: string;
  /** null when the author's account was deleted. */
  readonly author: { readonly login: string; readonly isBot: boolean } | null;
}

export interface PullRequestState {
  readonly number: number;
  /** Commit at the tip of its branch now. */
  readonly headSha: string;
  readonly open: boolean;
}

/**
 * What Deadweight asks of GitHub, for one repository. Every method retries what GitHub asks to be retried, and
 * throws GitHubRequestError when it is refused in the end.
 */
export interface GitHubApi {
  /** The diff of a pull request, and comments on its lines. */
  readonly reviews: ReviewApi;
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
