/** A file of a pull request's diff. */
export interface ChangedFile {
  /** In the repository. */
  readonly path: string;
  /** Its part of the unified diff, from the first `@@` on; null where GitHub leaves it out. */
  readonly patch: string | null;
}

/** A comment on lines of a pull request's diff, or a reply to one. */
export interface ReviewComment {
  readonly id: number;
  readonly body: string;
  /** null when the author's account was deleted. */
  readonly author: { readonly login: string; readonly isBot: boolean } | null;
  /** In the repository. */
  readonly path: string;
  /** Lines of the head's file that it stands at now, 1-based, inclusive; null when they have changed since. */
  readonly lines: { readonly start: number; readonly end: number } | null;
  /** Id of the comment that it answers; null when it begins a thread. */
  readonly replyTo: number | null;
}

/** A comment to be made on lines that the diff shows on its right side, all of them in one hunk. */
export interface DraftComment {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly body: string;
}

/** What Deadweight asks of GitHub about the diff of a pull request and the comments on it. Throws as GitHubApi does. */
export interface ReviewApi {
  /** Page after page; 3,000 files at most. */
  files(pullRequest: number): AsyncIterable<readonly ChangedFile[]>;
  /** One of them by its place in the list, from 0: GitHub leaves patches out where an answer would have too many. */
  fileAt(pullRequest: number, index: number): Promise<ChangedFile | null>;
  /** Page after page, oldest comment first, replies included. */
  comments(pullRequest: number): AsyncIterable<readonly ReviewComment[]>;
  /**
   * One review with all comments, which is one notification: all of them are posted or none.
   * A retry after an answer that was lost may make it twice: look afterwards.
   * @param commit of the pull request, whose lines the comments are on
   */
  post(pullRequest: number, commit: string, comments: readonly DraftComment[]): Promise<void>;
  /** A comment that is gone is fine. */
  update(id: number, body: string): Promise<void>;
  /** A comment that is gone already is fine. */
  remove(id: number): Promise<void>;
}
