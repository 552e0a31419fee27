import { sha256 } from '../base/digest.ts';
import { type Marker, parseMarker } from '../report/marker.ts';
import type { Author, GitHubApi, IssueComment } from './api.ts';

/** The account that the token writes as. GitHub is asked for it once, when it is needed. */
export class OwnAccount {
  readonly #api: GitHubApi;
  /** undefined until it is asked for; null where GitHub does not tell. */
  #login: string | null | undefined;

  constructor(api: GitHubApi) {
    this.#api = api;
  }

  /** GitHub says who wrote a new comment: that is who the token is, surer than any other answer. */
  learn({ author }: IssueComment): void {
    if (author !== null) this.#login = author.login;
  }

  /** Some versions name a bot without its suffix. Where the account is not known, no person's comment is its own. */
  async isAuthor(author: Author): Promise<boolean> {
    if (author === null) return false;
    if (this.#login === undefined) this.#login = await this.#api.viewer();
    if (this.#login === null) return author.isBot;
    const login = author.login.toLowerCase();
    const own = this.#login.toLowerCase();
    return login === own || (author.isBot && login === `${own}[bot]`);
  }
}

/** What the comments of one key are known by. */
export interface CommentKey {
  /** As markers have it: `markerKey`. */
  readonly key: string;
  /** Whether a key is what an earlier version called the same. */
  readonly isFormer: (key: string) => boolean;
}

/** Whether a marker is of this key. A marker that tells images is of this version, which writes no former keys. */
export function isOfKey({ key, images }: Marker, wanted: CommentKey): boolean {
  return key === wanted.key || (images === undefined && wanted.isFormer(key));
}

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
  readonly #key: CommentKey;
  readonly #account: OwnAccount;

  constructor(api: GitHubApi, key: CommentKey) {
    this.#api = api;
    this.#key = key;
    this.#account = new OwnAccount(api);
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
    if (marker === null || !isOfKey(marker, this.#key)) return null;
    return (await this.#account.isAuthor(comment.author)) ? { ...comment, marker } : null;
  }

  /** A comment that was made just now tells who the token is. */
  learn(comment: IssueComment): void {
    this.#account.learn(comment);
  }
}

const MAX_KEY = 200;

/** A key as a marker has room for it. */
export function markerKey(key: string): string {
  return key.length > MAX_KEY ? sha256(key) : key;
}

/** The text behind a comment's marker. GitHub may give back other line ends than it was sent. */
export function stripMarker(body: string, hasMarker: (text: string) => boolean): string {
  const text = body.replaceAll('\r\n', '\n');
  return (hasMarker(text) ? text.slice(text.indexOf('-->') + '-->'.length) : text).trim();
}

/**
 * Which of two comments is newer, given the head of the pull request: what shows the head, then the later run, then
 * the later attempt of it. Positive when `a` is newer; 0 for two comments of one run.
 */
export function compareAge(a: Marker, b: Marker, head: string): number {
  const current = Number(a.head === head) - Number(b.head === head);
  if (current !== 0) return current;
  const [runA, attemptA] = readRun(a);
  const [runB, attemptB] = readRun(b);
  return runA - runB || attemptA - attemptB;
}

/** The newest; of two from one run the one that was there first. */
export function findNewest(thread: Thread): OwnComment | null {
  return thread.comments.reduce<OwnComment | null>(
    (best, comment) =>
      best === null || compareAge(comment.marker, best.marker, thread.head) > 0 ? comment : best,
    null,
  );
}

function readRun(marker: Marker): readonly [run: number, attempt: number] {
  const match = /^(\d{1,15})(?:-(\d{1,9}))?$/.exec(marker.run ?? '');
  return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
}
