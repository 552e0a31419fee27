import { getOctokit } from '@actions/github';
import type { GitHubApi, IssueComment, PullRequestState } from './api.ts';
import type { Repository } from './event-values.ts';
import { type CommentPayload, commentOf, stateOf } from './octokit-payload.ts';
import { GitHubRequestError } from './request-error.ts';
import { failedRequest, type RetrySettings, withRetries } from './retry.ts';

export interface OctokitApiOptions extends RetrySettings {
  readonly token: string;
  /** GITHUB_API_URL: `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server. */
  readonly apiUrl: string;
  readonly repository: Repository;
  /** Milliseconds that one request may take; 30,000 when absent. */
  readonly timeout?: number;
}

const PER_PAGE = 100;
/** 20,000 comments: far beyond what a pull request can be read with. */
const MOST_PAGES = 200;

const VIEWER = 'query { viewer { login } }';
/** `diff` is the whole body after the edit. */
const HISTORY =
  'query($id: ID!) { node(id: $id) { ... on IssueComment { userContentEdits(first: 20) { nodes { diff } } } } }';

/** GitHub's REST API (and GraphQL, for what REST does not tell) through Octokit. */
export function octokitApi(options: OctokitApiOptions): GitHubApi {
  return new OctokitApi(options);
}

class OctokitApi implements GitHubApi {
  readonly #octokit: ReturnType<typeof getOctokit>;
  readonly #options: OctokitApiOptions;
  readonly #repository: { readonly owner: string; readonly repo: string };

  constructor(options: OctokitApiOptions) {
    this.#options = options;
    this.#octokit = getOctokit(options.token, { baseUrl: options.apiUrl, userAgent: 'deadweight' });
    this.#repository = { owner: options.repository.owner, repo: options.repository.name };
  }

  async viewer(): Promise<string | null> {
    try {
      const data = await this.#request('say who the token is', () =>
        this.#octokit.graphql<{ viewer?: { login?: string } | null }>(VIEWER, this.#timed()),
      );
      return data.viewer?.login ?? null;
    } catch (error) {
      return unknownTo(error, null);
    }
  }

  async getPullRequest(number: number): Promise<PullRequestState> {
    const { data } = await this.#request(`show pull request ${number}`, () =>
      this.#octokit.rest.pulls.get({ ...this.#repository, pull_number: number, ...this.#timed() }),
    );
    return stateOf(data);
  }

  async findPullRequests(head: { owner: string; branch: string; sha: string }): Promise<PullRequestState[]> {
    const { data } = await this.#request('list the pull requests', () =>
      this.#octokit.rest.pulls.list({
        ...this.#repository,
        state: 'open',
        head: `${head.owner}:${head.branch}`,
        per_page: PER_PAGE,
        ...this.#timed(),
      }),
    );
    return data.map(stateOf).filter(({ headSha }) => headSha === head.sha);
  }

  async *listComments(pullRequest: number): AsyncIterable<readonly IssueComment[]> {
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const { data, headers } = await this.#request('list the comments', () =>
        this.#octokit.rest.issues.listComments({
          ...this.#repository,
          issue_number: pullRequest,
          per_page: PER_PAGE,
          page,
          ...this.#timed(),
        }),
      );
      yield data.map(commentOf);
      // a page can be short without being the last: only the link tells
      if (!headers.link?.includes('rel="next"')) return;
    }
  }

  getComment(id: number): Promise<IssueComment | null> {
    return this.#orGone('show the comment', () =>
      this.#octokit.rest.issues.getComment({ ...this.#repository, comment_id: id, ...this.#timed() }),
    );
  }

  async createComment(pullRequest: number, body: string): Promise<IssueComment> {
    const { data } = await this.#request('post the comment', () =>
      this.#octokit.rest.issues.createComment({
        ...this.#repository,
        issue_number: pullRequest,
        body,
        ...this.#timed(),
      }),
    );
    return commentOf(data);
  }

  updateComment(id: number, body: string): Promise<IssueComment | null> {
    return this.#orGone('update the comment', () =>
      this.#octokit.rest.issues.updateComment({
        ...this.#repository,
        comment_id: id,
        body,
        ...this.#timed(),
      }),
    );
  }

  async deleteComment(id: number): Promise<void> {
    try {
      await this.#request('delete the comment', () =>
        this.#octokit.rest.issues.deleteComment({ ...this.#repository, comment_id: id, ...this.#timed() }),
      );
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  async commentHistory(nodeId: string): Promise<readonly string[]> {
    type History = { node?: { userContentEdits?: { nodes?: ({ diff?: string | null } | null)[] } | null } };
    try {
      const data = await this.#request('tell the history of the comment', () =>
        this.#octokit.graphql<History>(HISTORY, { id: nodeId, ...this.#timed() }),
      );
      const edits = data.node?.userContentEdits?.nodes ?? [];
      return edits.flatMap(edit => (typeof edit?.diff === 'string' ? [edit.diff] : []));
    } catch (error) {
      return unknownTo(error, []);
    }
  }

  async #orGone(
    what: string,
    operation: () => Promise<{ data: CommentPayload }>,
  ): Promise<IssueComment | null> {
    try {
      return commentOf((await this.#request(what, operation)).data);
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  }

  async #request<T>(what: string, operation: () => Promise<T>): Promise<T> {
    try {
      return await withRetries(operation, this.#options);
    } catch (error) {
      const failed = failedRequest(error);
      if (failed === null && !isGraphqlRefusal(error)) throw error;
      throw new GitHubRequestError(failed?.status ?? null, what, error);
    }
  }

  /** A fresh limit for each attempt. */
  #timed(): { request: { signal: AbortSignal } } {
    return { request: { signal: AbortSignal.timeout(this.#options.timeout ?? 30_000) } };
  }
}

function isGone(error: unknown): boolean {
  return error instanceof GitHubRequestError && (error.status === 404 || error.status === 410);
}

/** GraphQL answers 200 with errors. */
function isGraphqlRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'GraphqlResponseError';
}

/** What only GraphQL tells is not needed to go on. */
function unknownTo<T>(error: unknown, fallback: T): T {
  if (error instanceof GitHubRequestError) return fallback;
  throw error;
}
