import { sentenceOf } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import { formatMarker, type Marker, parseMarker } from '../report/marker.ts';
import type { GitHubApi, IssueComment } from './api.ts';
import { type CommentPolicy, isPosted, type Significance } from './comment-policy.ts';
import {
  type CommentKey,
  compareAge,
  findNewest,
  isOfKey,
  markerKey,
  type OwnComment,
  OwnComments,
  stripMarker,
  type Thread,
} from './own-comments.ts';
import { GitHubRequestError } from './request-error.ts';

export interface CommentRequest {
  readonly pullRequest: number;
  /** Markdown of at most 65,536 characters, with or without a marker: the marker is written here. */
  readonly body: string;
  /** Tells the comments of one pull request apart: image, target and platform. */
  readonly key: string;
  /** Whether a key is what an earlier version called the same: its comment is taken over. */
  readonly isFormerKey: (key: string) => boolean;
  /** Tells the images of this comment from others by their layers; null where one key stands for whatever there is. */
  readonly images: string | null;
  /** Head of the pull request that was weighed: not the merge commit that was built. */
  readonly headSha: string;
  /** Commit it was compared with. */
  readonly baseSha: string | null;
  /** `<run id>-<attempt>` */
  readonly run: string;
  readonly policy: CommentPolicy;
  readonly significance: Significance;
}

export interface CommentResult {
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'skipped-newer' | 'skipped-policy' | 'failed';
  readonly url: string | null;
  /** `comment-not-posted`, when it failed; `comment-shared`, when another image of the run has the same comment. */
  readonly notice: Notice | null;
}

const MAX_ROUNDS = 5;

/**
 * Brings the one comment of this key up to date. GitHub can neither find-or-create nor compare-and-swap, so every
 * write is followed by another look, and runs that got into each other's way end with one comment: the newest.
 * Nobody ever deletes the newest, and a run that finds itself overtaken puts back what it may have overwritten.
 * Never throws: a comment is no reason to change a verdict. Why there is none is a notice.
 */
export async function publishComment(api: GitHubApi, request: CommentRequest): Promise<CommentResult> {
  if (request.policy === 'never') return result('skipped-policy', null);
  try {
    return await new Publication(api, request).publish();
  } catch (error) {
    return failed(sentenceOf(error));
  }
}

class Publication {
  readonly #api: GitHubApi;
  readonly #request: CommentRequest;
  readonly #own: OwnComments;
  readonly #key: CommentKey;
  readonly #marker: Marker;
  readonly #body: string;
  #isShared = false;

  constructor(api: GitHubApi, request: CommentRequest) {
    const { body, headSha: head, baseSha: base, run, images } = request;
    this.#api = api;
    this.#request = request;
    const marker = { key: markerKey(request.key), head, base, run, ...(images === null ? {} : { images }) };
    // It may spell a value otherwise: what is looked for must be what is written.
    this.#marker = parseMarker(formatMarker(marker)) ?? marker;
    this.#key = { key: this.#marker.key, isFormer: request.isFormerKey };
    this.#own = new OwnComments(api, this.#key);
    this.#body = `${formatMarker(this.#marker)}\n${withoutMarker(body)}`;
  }

  async publish(): Promise<CommentResult> {
    const done = await this.#bringUpToDate();
    return this.#isShared && done.notice === null ? { ...done, notice: SHARED } : done;
  }

  async #bringUpToDate(): Promise<CommentResult> {
    const { pullRequest, headSha, policy, significance } = this.#request;
    let last: CommentResult | null = null;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const thread = await this.#look(pullRequest);
      const newest = findNewest(thread);
      if (thread.head !== headSha || (newest !== null && this.#isOlderThan(newest, thread))) {
        return result('skipped-newer', newest);
      }
      if (!isPosted(policy, significance, newest !== null)) return result('skipped-policy', null);
      if (newest !== null && isSame(newest, this.#body)) {
        await this.#deleteOthers(thread, newest);
        return result('unchanged', newest);
      }
      const written = await this.#write(newest);
      if (written === null) continue;
      last = result(newest === null ? 'created' : 'updated', written);
      const settled = await this.#settleOr(written, last);
      if (settled !== null) return settled;
    }
    return last ?? failed('Somebody kept deleting it. Run the job again.');
  }

  /** Notes whether this run has a comment on another image under this key: of two such steps, one at least sees it. */
  async #look(pullRequest: number): Promise<Thread> {
    const thread = await this.#own.look(pullRequest);
    const { run, images } = this.#marker;
    this.#isShared ||= thread.comments.some(
      ({ marker }) => images !== undefined && marker.run === run && (marker.images ?? images) !== images,
    );
    return thread;
  }

  /** null when the comment was deleted in the meantime. */
  async #write(existing: OwnComment | null): Promise<IssueComment | null> {
    if (existing !== null) return this.#api.updateComment(existing.id, this.#body);
    const created = await this.#api.createComment(this.#request.pullRequest, this.#body);
    this.#own.learn(created);
    return created;
  }

  /** The comment is posted: that nobody can look at it afterwards does not make it a failure. */
  async #settleOr(written: IssueComment, done: CommentResult): Promise<CommentResult | null> {
    try {
      return await this.#settle(written, done);
    } catch (error) {
      if (error instanceof GitHubRequestError) return done;
      throw error;
    }
  }

  /** Looks at what became of a comment just written. null: another round is needed. */
  async #settle(written: IssueComment, done: CommentResult): Promise<CommentResult | null> {
    const thread = await this.#look(this.#request.pullRequest);
    const newest = findNewest(thread);
    if (thread.head !== this.#request.headSha) {
      await this.#giveWay(written, thread, newest);
      return result('skipped-newer', newest);
    }
    if (newest === null || compareAge(newest.marker, this.#marker, thread.head) < 0) {
      // overwritten or deleted by an older run; or the list lags behind what was written, as lists of GitHub may
      const now = await this.#api.getComment(written.id);
      return now !== null && isSame(now, this.#body) ? done : null;
    }
    await this.#deleteOthers(thread, newest);
    const overtaken =
      this.#isOlderThan(newest, thread) ||
      (done.outcome === 'updated' && (await this.#putBack(written, thread)));
    return overtaken ? result('skipped-newer', newest) : { ...done, url: newest.url };
  }

  /** The head moved on while this was written: what a newer run wrote must stand. */
  async #giveWay(written: IssueComment, thread: Thread, newest: OwnComment | null): Promise<void> {
    if (newest?.marker.head === thread.head) await this.#deleteOthers(thread, newest);
    else await this.#putBack(written, thread);
  }

  /** Puts back the body of a newer run that this one overwrote without seeing it. */
  async #putBack(written: IssueComment, thread: Thread): Promise<boolean> {
    let lost: { readonly body: string; readonly marker: Marker } | null = null;
    for (const body of await this.#api.commentHistory(written.nodeId)) {
      const marker = parseMarker(body);
      if (marker === null || !isOfKey(marker, this.#key)) continue;
      if (compareAge(marker, lost?.marker ?? this.#marker, thread.head) > 0) lost = { body, marker };
    }
    if (lost === null) return false;
    const now = await this.#api.getComment(written.id);
    if (now === null || !isSame(now, this.#body)) return false;
    await this.#api.updateComment(written.id, lost.body);
    return true;
  }

  /** Deletes duplicates, each only if it is still older than what is kept: it may have been updated since. */
  async #deleteOthers(thread: Thread, kept: OwnComment): Promise<void> {
    for (const { id } of thread.comments) {
      const comment = id === kept.id ? null : await this.#api.getComment(id);
      const duplicate = comment && (await this.#own.recognize(comment));
      if (!duplicate) continue;
      const age = compareAge(duplicate.marker, kept.marker, thread.head);
      if (age < 0 || (age === 0 && id > kept.id)) await this.#api.deleteComment(id);
    }
  }

  #isOlderThan(comment: OwnComment, thread: Thread): boolean {
    return compareAge(this.#marker, comment.marker, thread.head) < 0;
  }
}

/** Whether a comment says this of this head: that another run wrote it is no reason to write. */
function isSame(comment: IssueComment, body: string): boolean {
  return (
    parseMarker(comment.body)?.head === parseMarker(body)?.head &&
    withoutMarker(comment.body) === withoutMarker(body)
  );
}

function withoutMarker(body: string): string {
  return stripMarker(body, text => parseMarker(text) !== null);
}

function result(outcome: CommentResult['outcome'], comment: IssueComment | null): CommentResult {
  return { outcome, url: comment?.url ?? null, notice: null };
}

const SHARED: Notice = {
  code: 'comment-shared',
  message:
    'Another image of this run has the same comment, which shows the one that was weighed last. Give each step a `title`.',
};

function failed(why: string): CommentResult {
  return {
    outcome: 'failed',
    url: null,
    notice: { code: 'comment-not-posted', message: `The comment could not be posted. ${why}` },
  };
}
