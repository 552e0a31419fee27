import type { GitHubApi } from '../api.ts';
import { isAuthor } from '../own-comments.ts';
import type { ReviewComment } from './review-api.ts';
import { parseSuggestionMarker, type SuggestionMarker } from './suggestion-marker.ts';

/** A suggestion that this token posted, for whatever key. */
export interface OwnSuggestion extends ReviewComment {
  readonly marker: SuggestionMarker;
  readonly hasReplies: boolean;
}

/** What one look at a pull request shows. */
export interface SuggestionThreads {
  /** Commit at the head of the pull request now; null when it is not open. */
  readonly head: string | null;
  /** Oldest first. */
  readonly suggestions: readonly OwnSuggestion[];
}

/** Tells the suggestions of this token by marker and author: what somebody quotes or copies is not ours. */
export class OwnSuggestions {
  readonly #api: GitHubApi;
  /** undefined until it is needed */
  #viewer: string | null | undefined;

  constructor(api: GitHubApi) {
    this.#api = api;
  }

  /** All comments first, then the head: it is as fresh as can be when something is written next. */
  async look(pullRequest: number): Promise<SuggestionThreads> {
    const own: ReviewComment[] = [];
    const answered = new Set<number>();
    for await (const page of this.#api.reviews.comments(pullRequest)) {
      for (const comment of page) {
        if (comment.replyTo !== null) answered.add(comment.replyTo);
        else if (await this.#isOwn(comment)) own.push(comment);
      }
    }
    const suggestions = own
      .flatMap(comment => {
        const marker = parseSuggestionMarker(comment.body);
        return marker === null ? [] : [{ ...comment, marker, hasReplies: answered.has(comment.id) }];
      })
      .sort((a, b) => a.id - b.id);
    const { headSha, open } = await this.#api.getPullRequest(pullRequest);
    return { head: open ? headSha : null, suggestions };
  }

  async #isOwn({ author, body }: ReviewComment): Promise<boolean> {
    if (author === null || parseSuggestionMarker(body) === null) return false;
    if (this.#viewer === undefined) this.#viewer = await this.#api.viewer();
    return isAuthor(author, this.#viewer);
  }
}
