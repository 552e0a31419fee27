import type { GitHubApi, IssueComment, PullRequestState } from './api.ts';
import { parseRepository } from './event-details.ts';
import {
  type OctokitApiOptions,
  OctokitClient,
  PER_PAGE,
  readAuthor,
  type UserPayload,
} from './octokit-client.ts';
import { GitHubRequestError } from './request-error.ts';
import { OctokitReviews } from './review/octokit-reviews.ts';

export type { OctokitApiOptions } from './octokit-client.ts';

/** 20,000 comments: far beyond what a pull request can be read with. */
const MAX_PAGES = 200;

const VIEWER = 'query { viewer { login } }';
/** `diff` is the whole body after the edit. */
const HISTORY =
  'query($id: ID!) { node(id: $id) { ... on IssueComment { userContentEdits(first: 20) { nodes { diff } } } } }';

/** GitHub's REST API (and GraphQL, for what REST does not tell) through Octokit. */
export function octokitApi(options: OctokitApiOptions): GitHubApi {
  return new OctokitApi(new OctokitClient(options));
}

class OctokitApi implements GitHubApi {
  readonly reviews: OctokitReviews;
  readonly #client: OctokitClient;

  constructor(client: OctokitClient) {
    this.#client = client;
    this.reviews = new OctokitReviews(client);
  }

  async viewer(): Promise<string | null> {
    const { octokit } = this.#client;
    try {
      const data = await this.#client.request('say who the token is', () =>
        octokit.graphql<{ viewer?: { login?: string } | null }>(VIEWER, this.#client.timed()),
      );
      return data.viewer?.login ?? null;
    } catch (error) {
      return ignoreRefusal(error, null);
    }
  }

  async getPullRequest(number: number): Promise<PullRequestState> {
    const { octokit, repository } = this.#client;
    const { data } = await this.#client.request(`show pull request ${number}`, () =>
      octokit.rest.pulls.get({ ...repository, pull_number: number, ...this.#client.timed() }),
    );
    return readState(data);
  }

  async findPullRequests(head: { owner: string; branch: string; sha: string }): Promise<PullRequestState[]> {
    const { octokit, repository } = this.#client;
    const { data } = await this.#client.request('list the pull requests', () =>
      octokit.rest.pulls.list({
        ...repository,
        state: 'open',
        head: `${head.owner}:${head.branch}`,
        per_page: PER_PAGE,
        ...this.#client.timed(),
      }),
    );
    return data.map(readState).filter(({ headSha }) => headSha === head.sha);
  }

  async *listComments(pullRequest: number): AsyncIterable<readonly IssueComment[]> {
    const { octokit, repository } = this.#client;
    const pages = this.#client.pages('list the comments', MAX_PAGES, page =>
      octokit.rest.issues.listComments({
        ...repository,
        issue_number: pullRequest,
        per_page: PER_PAGE,
        page,
        ...this.#client.timed(),
      }),
    );
    for await (const data of pages) yield data.map(readComment);
  }

  async getComment(id: number): Promise<IssueComment | null> {
    const { octokit, repository } = this.#client;
    const answer = await this.#client.requestOrGone('show the comment', () =>
      octokit.rest.issues.getComment({ ...repository, comment_id: id, ...this.#client.timed() }),
    );
    return answer && readComment(answer.data);
  }

  async createComment(pullRequest: number, body: string): Promise<IssueComment> {
    const { octokit, repository } = this.#client;
    const { data } = await this.#client.request('post the comment', () =>
      octokit.rest.issues.createComment({
        ...repository,
        issue_number: pullRequest,
        body,
        ...this.#client.timed(),
      }),
    );
    return readComment(data);
  }

  async updateComment(id: number, body: string): Promise<IssueComment | null> {
    const { octokit, repository } = this.#client;
    const answer = await this.#client.requestOrGone('update the comment', () =>
      octokit.rest.issues.updateComment({ ...repository, comment_id: id, body, ...this.#client.timed() }),
    );
    return answer && readComment(answer.data);
  }

  async deleteComment(id: number): Promise<void> {
    const { octokit, repository } = this.#client;
    await this.#client.requestOrGone('delete the comment', () =>
      octokit.rest.issues.deleteComment({ ...repository, comment_id: id, ...this.#client.timed() }),
    );
  }

  async commentHistory(nodeId: string): Promise<readonly string[]> {
    type History = { node?: { userContentEdits?: { nodes?: ({ diff?: string | null } | null)[] } | null } };
    const { octokit } = this.#client;
    try {
      const data = await this.#client.request('tell the history of the comment', () =>
        octokit.graphql<History>(HISTORY, { id: nodeId, ...this.#client.timed() }),
      );
      const edits = data.node?.userContentEdits?.nodes ?? [];
      return edits.flatMap(edit => (typeof edit?.diff === 'string' ? [edit.diff] : []));
    } catch (error) {
      return ignoreRefusal(error, []);
    }
  }
}

/** What only GraphQL tells is not needed to go on. */
function ignoreRefusal<T>(error: unknown, fallback: T): T {
  if (error instanceof GitHubRequestError) return fallback;
  throw error;
}

/** The part of GitHub's answer that is used: https://docs.github.com/rest/issues/comments */
interface CommentPayload {
  readonly id: number;
  readonly node_id: string;
  readonly html_url: string;
  readonly body?: string | undefined;
  readonly user: UserPayload;
}

function readComment(payload: CommentPayload): IssueComment {
  const { id, node_id: nodeId, html_url: url, body = '', user } = payload;
  return { id, nodeId, url, body, author: readAuthor(user) };
}

/** The part of GitHub's answer that is used: https://docs.github.com/rest/pulls/pulls */
interface PullRequestPayload {
  readonly number: number;
  readonly state: string;
  readonly head: { readonly sha: string; readonly repo: { readonly full_name: string } | null };
  readonly base: { readonly ref: string; readonly sha: string };
  readonly merge_commit_sha: string | null;
}

function readState({ number, state, head, base, merge_commit_sha }: PullRequestPayload): PullRequestState {
  return {
    number,
    headSha: head.sha,
    headRepository: head.repo && parseRepository(head.repo.full_name),
    open: state === 'open',
    baseRef: base.ref,
    baseSha: base.sha,
    mergeSha: merge_commit_sha,
  };
}
