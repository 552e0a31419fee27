import { z } from 'zod';
import { lazy } from '../../base/lazy.ts';
import type { ChangedFile, DraftComment, ReviewApi, ReviewComment } from '../api.ts';
import { type OctokitClient, PER_PAGE, readAuthor, userPayload } from '../octokit-client.ts';

/** GitHub lists no more than 3,000 files. */
const MAX_FILE_PAGES = 30;
/** 20,000 comments. */
const MAX_COMMENT_PAGES = 200;

/** The part of GitHub's answer that is used: https://docs.github.com/rest/pulls/comments */
const reviewCommentPayload = lazy(() =>
  z.object({
    id: z.int(),
    body: z.string().nullish(),
    user: userPayload(),
    path: z.string(),
    side: z.string().nullish(),
    line: z.int().nullish(),
    start_line: z.int().nullish(),
    in_reply_to_id: z.int().nullish(),
  }),
);
const reviewCommentPage = lazy(() => z.array(reviewCommentPayload()));

/** The part of GitHub's answer that is used: https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
const filePayload = lazy(() => z.object({ filename: z.string(), patch: z.string().nullish() }));
const filePage = lazy(() => z.array(filePayload()));

/** What was written, as its answer names it: a page of a proxy names nothing. */
const written = lazy(() => z.object({ id: z.int() }));

/** https://docs.github.com/rest/pulls/reviews, …/pulls/comments and …/pulls/pulls#list-pull-requests-files */
export class OctokitReviews implements ReviewApi {
  readonly #client: OctokitClient;

  constructor(client: OctokitClient) {
    this.#client = client;
  }

  async *files(pullRequest: number): AsyncIterable<readonly ChangedFile[]> {
    const { octokit, repository } = this.#client;
    const pages = this.#client.pages('list the files of the pull request', MAX_FILE_PAGES, filePage(), page =>
      octokit.rest.pulls.listFiles({
        ...repository,
        pull_number: pullRequest,
        per_page: PER_PAGE,
        page,
        ...this.#client.timed(),
      }),
    );
    for await (const files of pages) yield files.map(readFile);
  }

  async fileAt(pullRequest: number, index: number): Promise<ChangedFile | null> {
    const { octokit, repository } = this.#client;
    const [file] = await this.#client.request('show a file of the pull request', filePage(), () =>
      octokit.rest.pulls.listFiles({
        ...repository,
        pull_number: pullRequest,
        per_page: 1,
        page: index + 1,
        ...this.#client.timed(),
      }),
    );
    return file ? readFile(file) : null;
  }

  async *comments(pullRequest: number): AsyncIterable<readonly ReviewComment[]> {
    const { octokit, repository } = this.#client;
    const pages = this.#client.pages(
      'list the review comments',
      MAX_COMMENT_PAGES,
      reviewCommentPage(),
      page =>
        octokit.rest.pulls.listReviewComments({
          ...repository,
          pull_number: pullRequest,
          per_page: PER_PAGE,
          page,
          ...this.#client.timed(),
        }),
    );
    for await (const comments of pages) yield comments.map(readReviewComment);
  }

  async post(pullRequest: number, commit: string, comments: readonly DraftComment[]): Promise<void> {
    const { octokit, repository } = this.#client;
    await this.#client.request('post the suggestions', written(), () =>
      octokit.rest.pulls.createReview({
        ...repository,
        pull_number: pullRequest,
        commit_id: commit,
        event: 'COMMENT',
        comments: comments.map(draftPayload),
        ...this.#client.timed(),
      }),
    );
  }

  async update(id: number, body: string): Promise<void> {
    const { octokit, repository } = this.#client;
    await this.#client.requestOrGone('update a suggestion', written(), () =>
      octokit.rest.pulls.updateReviewComment({
        ...repository,
        comment_id: id,
        body,
        ...this.#client.timed(),
      }),
    );
  }

  async remove(id: number): Promise<void> {
    const { octokit, repository } = this.#client;
    await this.#client.requestOrGone('delete a suggestion', z.unknown(), () =>
      octokit.rest.pulls.deleteReviewComment({ ...repository, comment_id: id, ...this.#client.timed() }),
    );
  }
}

function readFile({ filename, patch }: z.infer<ReturnType<typeof filePayload>>): ChangedFile {
  return { path: filename, patch: patch ?? null };
}

/** GitHub refuses a range whose first line is its last. */
function draftPayload({ path, startLine, endLine, body }: DraftComment) {
  const end = { path, body, line: endLine, side: 'RIGHT' };
  return startLine === endLine ? end : { ...end, start_line: startLine, start_side: 'RIGHT' };
}

function readReviewComment(payload: z.infer<ReturnType<typeof reviewCommentPayload>>): ReviewComment {
  const { id, body, user, path, side, line, start_line: startLine, in_reply_to_id: replyTo } = payload;
  const isPlaced = typeof line === 'number' && side !== 'LEFT';
  return {
    id,
    body: body ?? '',
    path,
    author: readAuthor(user),
    lines: isPlaced ? { start: startLine ?? line, end: line } : null,
    replyTo: replyTo ?? null,
  };
}
