import { userPayload } from './payloads.ts';
import type { FakeReview, FakeReviewComment } from './review-state.ts';
import type { FakeFile, FakePullRequest, RepositoryState } from './state.ts';

/** https://docs.github.com/rest/pulls/pulls#list-pull-requests-files: a patch that is left out is not there at all */
export function filePayload({ filename, status, patch }: FakeFile): object {
  const lines = (patch ?? '').split('\n');
  const additions = lines.filter(line => line.startsWith('+')).length;
  const deletions = lines.filter(line => line.startsWith('-')).length;
  return {
    sha: '0'.repeat(40),
    ...{ filename, status, additions, deletions, changes: additions + deletions },
    ...(patch === null ? {} : { patch }),
  };
}

/** https://docs.github.com/rest/pulls/comments: `line` is null where the lines have changed since */
export function reviewCommentPayload(
  comment: FakeReviewComment,
  { number, headSha, files }: FakePullRequest,
  { repository, reviews }: RepositoryState,
  api: string,
): object {
  const { id, original } = comment;
  const place = reviews.place(comment, headSha, files);
  const isRange = original.end > original.start;
  return {
    id,
    node_id: `PRRC_${Buffer.from(`review-comment:${id}`).toString('base64url')}`,
    pull_request_review_id: comment.review,
    url: `${api}/repos/${repository}/pulls/comments/${id}`,
    html_url: `https://github.com/${repository}/pull/${number}#discussion_r${id}`,
    pull_request_url: `${api}/repos/${repository}/pulls/${number}`,
    ...{ path: comment.path, body: comment.body, user: userPayload(comment.author, api) },
    ...{ created_at: comment.createdAt, updated_at: comment.updatedAt, author_association: 'NONE' },
    ...{ commit_id: place ? headSha : comment.commit, original_commit_id: comment.commit },
    ...{ line: place?.end ?? null, original_line: original.end, side: 'RIGHT', subject_type: 'line' },
    start_line: isRange ? (place?.start ?? null) : null,
    original_start_line: isRange ? original.start : null,
    start_side: isRange ? 'RIGHT' : null,
    position: place ? 1 : null,
    ...(comment.replyTo === null ? {} : { in_reply_to_id: comment.replyTo }),
  };
}

export function reviewPayload(review: FakeReview, repository: string, api: string): object {
  return {
    id: review.id,
    user: userPayload(review.author, api),
    body: review.body,
    state: 'COMMENTED',
    html_url: `https://github.com/${repository}/pull/${review.pullRequest}#pullrequestreview-${review.id}`,
    commit_id: review.commit,
  };
}
