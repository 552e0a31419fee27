import { type Marker, parseMarker } from '../report/marker.ts';
import type { GitHubApi, IssueComment } from './api.ts';

/** A comment that this token wrote for one key. */
export interface OwnComment extends IssueComment {
  readonly marker: Marker;
}

/** What one look at a pull request shows. */
export interface Thread {
  /** Commit at the head of the pull request now. */
  readonly head: string;
  /** Oldest first. */
  readonly comments: readonly OwnComment[];
}

/**
 * Tells the comments of this token by marker and author: somebody who quotes the marker, or copies a whole comment,
 * has not written it.
 */
export class OwnComments {
  readonly #api: GitHubApi;
  readonly #key: string;
  /** undefined until it is needed */
  #viewer: string | null | undefined;

  constructor(api: GitHubApi, key: string) {
    this.#api = api;
    this.#key = key;
  }

  /** All pages of comments first, then the head: it is as fresh as can be when something is written next. */
  async look(pullRequest: number): Promise<Thread> {
    const comments: OwnComment[] = [];
    for await (const page of this.#api.listComments(pullRequest)) {
      for (const comment of page) {
        const own = await this.recognize(comment);
        if (own !== null) comments.push(own);
      }
    }
    comments.sort((a, b) => a.id - b.id);
    return { head: (await this.#api.getPullRequest(pullRequest)).headSha, comments };
  }

  /** The comment when it is an own one of this key, null when it is not. */
  async recognize(comment: IssueComment): Promise<OwnComment | null> {
    const marker = parseMarker(comment.body);
    if (marker === null || marker.key !== this.#key || comment.author === null) return null;
    if (this.#viewer === undefined) this.#viewer = await this.#api.viewer();
    return isAuthor(comment.author, this.#viewer) ? { ...comment, marker } : null;
  }

  /** GitHub says who wrote a new comment: that is who the token is, surer than any other answer. */
  learn(comment: IssueComment): void {
    if (comment.author !== null) this.#viewer = comment.author.login;
  }
}

/** Some versions name a bot without its suffix. When the token's account is not known, no person's comment is own. */
export function isAuthor(author: { login: string; isBot: boolean }, viewer: string | null): boolean {
  if (viewer === null) return author.isBot;
  const login = author.login.toLowerCase();
  const wanted = viewer.toLowerCase();
  return login === wanted || (author.isBot && login === `${wanted}[bot]`);
}

/**
 * Which of two comments is newer, given the head of the pull request: what shows the head, then the later run, then
 * the later attempt of it. Positive when `a` is newer; 0 for two comments of one run.
 */
export function compareAge(a: Marker, b: Marker, head: string): number {
  const current = Number(a.head === head) - Number(b.head === head);
  if (current !== 0) return current;
  const [runA, attemptA] = runOf(a);
  const [runB, attemptB] = runOf(b);
  return runA - runB || attemptA - attemptB;
}

/** The newest; of two from one run the one that was there first. */
export function newestOf(thread: Thread): OwnComment | null {
  return thread.comments.reduce<OwnComment | null>(
    (best, comment) =>
      best === null || compareAge(comment.marker, best.marker, thread.head) > 0 ? comment : best,
    null,
  );
}

function runOf(marker: Marker): readonly [run: number, attempt: number] {
  const match = /^(\d{1,15})(?:-(\d{1,9}))?$/.exec(marker.run ?? '');
  return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
}
