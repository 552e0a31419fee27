import { z } from 'zod';
import { lazy } from '../base/lazy.ts';
import type { GitHubApi, IssueComment, PullRequestState } from './api.ts';
import { commitId, parseRepository, REPOSITORY } from './event-details.ts';
import { OctokitGitData } from './history/octokit-git-data.ts';
import {
  type OctokitApiOptions,
  OctokitClient,
  PER_PAGE,
  readAuthor,
  userPayload,
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
  readonly git: OctokitGitData;
  readonly #client: OctokitClient;

  constructor(client: OctokitClient) {
    this.#client = client;
    this.reviews = new OctokitReviews(client);
    this.git = new OctokitGitData(client);
  }

  async viewer(): Promise<string | null> {
    try {
      return (await this.#client.query('say who the token is', viewerPayload(), VIEWER)).viewer.login;
    } catch (error) {
      return ignoreRefusal(error, null);
    }
  }

  async getPullRequest(number: number): Promise<PullRequestState> {
    const { octokit, repository } = this.#client;
    const pull = await this.#client.request(`show pull request ${number}`, pullRequestPayload(), () =>
      octokit.rest.pulls.get({ ...repository, pull_number: number, ...this.#client.timed() }),
    );
    return readState(pull);
  }

  async findPullRequests(head: { owner: string; branch: string; sha: string }): Promise<PullRequestState[]> {
    const { octokit, repository } = this.#client;
    const pulls = await this.#client.request('list the pull requests', pullRequestPage(), () =>
      octokit.rest.pulls.list({
        ...repository,
        state: 'open',
        head: `${head.owner}:${head.branch}`,
        per_page: PER_PAGE,
        ...this.#client.timed(),
      }),
    );
    return pulls.map(readState).filter(({ headSha }) => headSha === head.sha);
  }

  async *listComments(pullRequest: number): AsyncIterable<readonly IssueComment[]> {
    const { octokit, repository } = this.#client;
    const pages = this.#client.pages('list the comments', MAX_PAGES, commentPage(), page =>
      octokit.rest.issues.listComments({
        ...repository,
        issue_number: pullRequest,
        per_page: PER_PAGE,
        page,
        ...this.#client.timed(),
      }),
    );
    for await (const comments of pages) yield comments.map(readComment);
  }

  async getComment(id: number): Promise<IssueComment | null> {
    const { octokit, repository } = this.#client;
    const comment = await this.#client.requestOrGone('show the comment', commentPayload(), () =>
      octokit.rest.issues.getComment({ ...repository, comment_id: id, ...this.#client.timed() }),
    );
    return comment && readComment(comment);
  }

  async createComment(pullRequest: number, body: string): Promise<IssueComment> {
    const { octokit, repository } = this.#client;
    const comment = await this.#client.request('post the comment', commentPayload(), () =>
      octokit.rest.issues.createComment({
        ...repository,
        issue_number: pullRequest,
        body,
        ...this.#client.timed(),
      }),
    );
    return readComment(comment);
  }

  async updateComment(id: number, body: string): Promise<IssueComment | null> {
    const { octokit, repository } = this.#client;
    const comment = await this.#client.requestOrGone('update the comment', commentPayload(), () =>
      octokit.rest.issues.updateComment({ ...repository, comment_id: id, body, ...this.#client.timed() }),
    );
    return comment && readComment(comment);
  }

  async deleteComment(id: number): Promise<void> {
    const { octokit, repository } = this.#client;
    await this.#client.requestOrGone('delete the comment', z.unknown(), () =>
      octokit.rest.issues.deleteComment({ ...repository, comment_id: id, ...this.#client.timed() }),
    );
  }

  async commentHistory(nodeId: string): Promise<readonly string[]> {
    try {
      const what = 'tell the history of the comment';
      const { node } = await this.#client.query(what, historyPayload(), HISTORY, { id: nodeId });
      const edits = node?.userContentEdits?.nodes ?? [];
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

const viewerPayload = lazy(() => z.object({ viewer: z.object({ login: z.string() }) }));

const historyPayload = lazy(() => {
  const edit = z.object({ diff: z.string().nullish() }).nullable();
  const edits = z.object({ nodes: z.array(edit).nullish() });
  return z.object({ node: z.object({ userContentEdits: edits.nullish() }).nullish() });
});

/** The part of GitHub's answer that is used: https://docs.github.com/rest/issues/comments */
const commentPayload = lazy(() =>
  z.object({
    id: z.int(),
    node_id: z.string(),
    html_url: z.string(),
    body: z.string().nullish(),
    user: userPayload(),
  }),
);
const commentPage = lazy(() => z.array(commentPayload()));

function readComment(payload: z.infer<ReturnType<typeof commentPayload>>): IssueComment {
  const { id, node_id: nodeId, html_url: url, body, user } = payload;
  return { id, nodeId, url, body: body ?? '', author: readAuthor(user) };
}

/** The part of GitHub's answer that is used: https://docs.github.com/rest/pulls/pulls */
const pullRequestPayload = lazy(() =>
  z.object({
    number: z.int().min(1),
    state: z.string(),
    head: z.object({
      sha: commitId(),
      repo: z.object({ full_name: z.string().regex(REPOSITORY) }).nullish(),
    }),
    base: z.object({ ref: z.string(), sha: commitId() }),
    merge_commit_sha: commitId().nullish(),
  }),
);
const pullRequestPage = lazy(() => z.array(pullRequestPayload()));

function readState(payload: z.infer<ReturnType<typeof pullRequestPayload>>): PullRequestState {
  const { number, state, head, base, merge_commit_sha: mergeSha } = payload;
  return {
    number,
    headSha: head.sha,
    headRepository: head.repo ? parseRepository(head.repo.full_name) : null,
    open: state === 'open',
    baseRef: base.ref,
    baseSha: base.sha,
    mergeSha: mergeSha ?? null,
  };
}
