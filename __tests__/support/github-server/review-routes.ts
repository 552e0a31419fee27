import { type Answer, notAccessible, notFound, refusal } from './answers.ts';
import { bodyOf, type Call, ok, paginated } from './call.ts';
import { type Span, spanTexts } from './diff.ts';
import { filePayload, reviewCommentPayload, reviewPayload } from './review-payloads.ts';
import type { FakePullRequest, RepositoryState } from './state.ts';

/** GitHub lists no more. */
const MOST_FILES = 3000;
const LONGEST_BODY = 65_536;

/** The routes of a pull request's diff and of the comments on it; null for any other path. */
export function reviewRoute(state: RepositoryState, call: Call, path: string): Answer | null {
  const one = /^\/pulls\/comments\/(\d+)$/.exec(path);
  if (one) return commentRoute(state, call, Number(one[1]));
  const [, number = '', rest = ''] = /^\/pulls\/(\d+)\/(.+)$/.exec(path) ?? [];
  if (rest === '') return null;
  const pullRequest = state.pullRequests.get(Number(number));
  if (!pullRequest) return notFound;
  if (rest === 'files' && call.method === 'GET') return filesRoute(pullRequest, call);
  if (rest === 'comments' && call.method === 'GET') {
    return paginated(call, state.reviews.comments(pullRequest.number), comment =>
      reviewCommentPayload(comment, pullRequest, state, call.api),
    );
  }
  if (call.method !== 'POST') return notFound;
  if (call.grant.access !== 'write') return notAccessible;
  if (pullRequest.locked) return refusal(403, 'Unable to create comment because issue is locked.');
  if (rest === 'reviews') return createReview(state, call, pullRequest);
  const reply = /^comments\/(\d+)\/replies$/.exec(rest);
  return reply ? createReply(state, call, pullRequest, Number(reply[1])) : notFound;
}

/** https://docs.github.com/rest/pulls/pulls#list-pull-requests-files; the patches of one answer have a limit. */
function filesRoute(pullRequest: FakePullRequest, call: Call): Answer {
  let lines = 0;
  return paginated(call, pullRequest.files.slice(0, MOST_FILES), file => {
    lines += file.patch?.split('\n').length ?? 0;
    return filePayload(lines > 20_000 ? { ...file, patch: null } : file);
  });
}

function commentRoute(state: RepositoryState, call: Call, id: number): Answer {
  const comment = state.reviews.comment(id);
  const pullRequest = comment && state.pullRequests.get(comment.pullRequest);
  if (!comment || !pullRequest) return notFound;
  const payload = (): object => reviewCommentPayload(comment, pullRequest, state, call.api);
  if (call.method === 'GET') return ok(payload());
  if (call.grant.access !== 'write') return notAccessible;
  if (call.method === 'DELETE') {
    state.reviews.remove(id);
    return { status: 204 };
  }
  if (call.method !== 'PATCH') return notFound;
  const body = bodyOf(call.json);
  if (typeof body !== 'string') return body;
  comment.body = body;
  comment.updatedAt = state.now();
  return ok(payload());
}

interface Draft {
  readonly path: string;
  readonly body: string;
  readonly span: Span;
}

/** All of its comments or none: https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request */
function createReview(state: RepositoryState, call: Call, pullRequest: FakePullRequest): Answer {
  const json = record(call.json);
  if (!json) return refusal(400, 'Body should be a JSON object');
  const { event, comments = [], body = '', commit_id: commit = pullRequest.headSha } = json;
  if (event !== 'COMMENT') return refusal(422, 'Unprocessable Entity', ['Event is not handled here']);
  if (typeof commit !== 'string' || typeof body !== 'string' || !Array.isArray(comments)) {
    return refusal(422, 'Invalid request.');
  }
  if (comments.length === 0 && body.trim() === '') {
    return refusal(422, 'Unprocessable Entity', ['Review cannot be blank']);
  }
  const files = state.filesAt(pullRequest.number, commit);
  if (!files) {
    return refusal(422, 'Unprocessable Entity', ['commit_id is not part of the pull request']);
  }
  const drafts: { draft: Draft; texts: readonly string[] }[] = [];
  for (const given of comments) {
    const draft = draftOf(given);
    if ('refusal' in draft) return refusal(422, 'Unprocessable Entity', [draft.refusal]);
    const texts = spanTexts(files, draft.path, draft.span);
    if ('refusal' in texts) return refusal(422, 'Unprocessable Entity', [texts.refusal]);
    drafts.push({ draft, texts });
  }
  const { login, type } = call.grant;
  const review = {
    ...{ id: state.nextId(), pullRequest: pullRequest.number, author: { login, type }, body, commit },
  };
  state.reviews.addReview(review);
  for (const { draft, texts } of drafts) {
    const now = state.now();
    state.reviews.addComment({
      ...{ id: state.nextId(), review: review.id, pullRequest: pullRequest.number, author: review.author },
      ...{ path: draft.path, commit, original: draft.span, texts, replyTo: null, body: draft.body },
      ...{ createdAt: now, updatedAt: now },
    });
  }
  return ok(reviewPayload(review, state.repository, call.api));
}

function draftOf(given: unknown): Draft | { readonly refusal: string } {
  const json = record(given);
  const {
    path,
    body,
    line,
    side = 'RIGHT',
    start_line: start = line,
    start_side: startSide = side,
  } = json ?? {};
  if (typeof path !== 'string' || typeof body !== 'string') return { refusal: 'Invalid request.' };
  if (body.trim() === '') return { refusal: "Pull request review comment body can't be blank" };
  if (body.length > LONGEST_BODY) {
    return {
      refusal: `Pull request review comment body is too long (maximum is ${LONGEST_BODY} characters)`,
    };
  }
  if (!isLine(line) || !isLine(start)) return { refusal: 'Invalid request.' };
  if (side !== 'RIGHT' || startSide !== 'RIGHT') return { refusal: 'The left side is not here' };
  const isRange = json !== null && 'start_line' in json;
  if (isRange && start >= line) {
    return { refusal: 'Pull request review thread start line must precede the end line.' };
  }
  return { path, body, span: { start, end: line } };
}

/** https://docs.github.com/rest/pulls/comments#create-a-reply-for-a-review-comment: to the first of a thread */
function createReply(state: RepositoryState, call: Call, pullRequest: FakePullRequest, id: number): Answer {
  const comment = state.reviews.comment(id);
  if (comment?.pullRequest !== pullRequest.number || comment.replyTo !== null) return notFound;
  const body = bodyOf(call.json);
  if (typeof body !== 'string') return body;
  const reply = state.reply(comment, { login: call.grant.login, type: call.grant.type }, body);
  return { status: 201, body: reviewCommentPayload(reply, pullRequest, state, call.api) };
}

function isLine(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

function record(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}
