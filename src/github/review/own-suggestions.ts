import { formatFields, parseFields } from '../../report/marker.ts';
import type { GitHubApi, ReviewComment } from '../api.ts';
import { OwnAccount, stripMarker } from '../own-comments.ts';

/** The hidden first line of a suggestion: whose it is, and what it suggests. */
export interface SuggestionMarker {
  /** Of the report, or of the reports of several platforms. */
  readonly key: string;
  /** `WantedSuggestion.mark`. */
  readonly mark: string;
  /** Commit that it was written for. */
  readonly head: string;
  /** `<run id>-<attempt>` */
  readonly run: string;
}

const PREFIX = '<!-- deadweight suggestion v1 ';

/** `<!-- deadweight suggestion v1 key=… mark=… head=… run=… -->` */
export function formatSuggestionMarker({ key, mark, head, run }: SuggestionMarker): string {
  return formatFields(PREFIX, [
    ['key', key],
    ['mark', mark],
    ['head', head],
    ['run', run],
  ]);
}

/** @returns null when the text does not start with such a marker, all of its values there. */
export function parseSuggestionMarker(body: string): SuggestionMarker | null {
  const fields = parseFields(PREFIX, body);
  const [key, mark, head, run] = ['key', 'mark', 'head', 'run'].map(name => fields?.get(name));
  if (key === undefined || mark === undefined || head === undefined || run === undefined) return null;
  return { key, mark, head, run };
}

/** The text behind a suggestion's marker. */
export function suggestionText(body: string): string {
  return stripMarker(body, text => parseSuggestionMarker(text) !== null);
}

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
  readonly #account: OwnAccount;

  constructor(api: GitHubApi) {
    this.#api = api;
    this.#account = new OwnAccount(api);
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
    return parseSuggestionMarker(body) !== null && (await this.#account.isAuthor(author));
  }
}
