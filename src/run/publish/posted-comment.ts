import { sentenceOf } from '../../base/errors.ts';
import type { GitHubApi } from '../../github/api.ts';
import { type CommentRequest, type CommentResult, publishComment } from '../../github/comment.ts';

/** Posts a comment; whatever goes wrong is a notice, since nothing here may change a verdict. */
export async function postedComment(api: GitHubApi, request: CommentRequest): Promise<CommentResult> {
  try {
    return await publishComment(api, request);
  } catch (error) {
    // A refusal is a result already; even what is not must leave the verdict as it is.
    const message = `The comment could not be posted. ${sentenceOf(error)}`;
    return { outcome: 'failed', url: null, notice: { code: 'comment-not-posted', message } };
  }
}
