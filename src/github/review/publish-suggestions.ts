import { sentenceOf } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import type { Suggestion } from '../../report/suggestion.ts';
import type { GitHubApi } from '../api.ts';
import { compareAge, markerKey } from '../own-comments.ts';
import { GitHubRequestError } from '../request-error.ts';
import { readChangedHunks } from './diff-hunk.ts';
import {
  formatSuggestionMarker,
  OwnSuggestions,
  parseSuggestionMarker,
  type SuggestionThreads,
} from './own-suggestions.ts';
import {
  bodyOf,
  findWithdrawals,
  isPossible,
  planSuggestions,
  type SuggestionPlan,
  type WantedSuggestion,
} from './suggestion-plan.ts';

export interface SuggestionRequest {
  readonly pullRequest: number;
  /** Head of the pull request that was weighed: not the merge commit that was built. */
  readonly headSha: string;
  /** As for the comment: image, target and platform. */
  readonly key: string;
  /** `<run id>-<attempt>` */
  readonly run: string;
  /** Highest ranked first; no two change the same line. */
  readonly suggestions: readonly WantedSuggestion[];
}

export interface SuggestionResult {
  readonly outcome: 'published' | 'skipped-newer' | 'failed';
  /** Those that the pull request has now. */
  readonly standing: readonly Suggestion[];
  /** `suggestions-not-posted`, `suggestions-not-tidied`, `suggestions-cut` */
  readonly notices: readonly Notice[];
}

/** More would bury a review. */
export const MAX_SUGGESTIONS = 20;

/**
 * Brings the suggestions of this key up to date: new ones in one review, which notifies once; the text of others in
 * place; outdated ones are deleted. GitHub can neither find-or-create nor compare-and-swap, so what was posted is
 * followed by another look, and runs that got into each other's way end with each suggestion once.
 * Never throws: a suggestion is no reason to change a verdict. Why there is none is a notice.
 */
export async function publishSuggestions(
  api: GitHubApi,
  request: SuggestionRequest,
): Promise<SuggestionResult> {
  let publication: Publication | null = null;
  try {
    publication = new Publication(api, request);
    return await publication.publish();
  } catch (error) {
    return publication?.failed(error) ?? { outcome: 'failed', standing: [], notices: [notPosted(error)] };
  }
}

class Publication {
  readonly #api: GitHubApi;
  readonly #request: SuggestionRequest;
  readonly #threads: OwnSuggestions;
  readonly #own: { readonly key: string; readonly head: string; readonly run: string };
  readonly #notices: Notice[] = [];
  #standing: readonly WantedSuggestion[] = [];
  /** Whether all is said that was to be said, and only what is outdated is left. */
  #isPast = false;
  #isRefused = false;

  constructor(api: GitHubApi, request: SuggestionRequest) {
    const { headSha: head, run } = request;
    this.#api = api;
    this.#request = request;
    this.#threads = new OwnSuggestions(api);
    const own = { key: markerKey(request.key), head, run };
    // A marker may spell a value otherwise: what is looked for must be what is written.
    this.#own = parseSuggestionMarker(formatSuggestionMarker({ ...own, mark: '' })) ?? own;
  }

  async publish(): Promise<SuggestionResult> {
    const wanted = await this.#wanted();
    let threads = await this.#look();
    if (threads === null) return this.#result('skipped-newer');
    let plan = this.#planFor(threads, wanted);
    this.#standing = plan.present;
    if (plan.missing.length > 0) {
      // The list may lag behind what was written, as lists of GitHub may: what was posted stands all the same.
      if (await this.#post(plan.missing)) this.#standing = wanted;
      threads = await this.#look();
      if (threads === null) return this.#result('skipped-newer');
      plan = this.#planFor(threads, wanted);
    }
    await this.#tidy(plan);
    return this.#result(this.#isRefused ? 'failed' : 'published');
  }

  failed(error: unknown): SuggestionResult {
    const isRefusal = error instanceof GitHubRequestError;
    if (this.#isPast) this.#notices.push(notTidied(error));
    // Where nothing was to be said, nobody misses it.
    else if (!isRefusal || this.#request.suggestions.length > 0) this.#notices.push(notPosted(error));
    return this.#result('failed');
  }

  async #wanted(): Promise<readonly WantedSuggestion[]> {
    const { pullRequest, suggestions } = this.#request;
    if (suggestions.length === 0) return [];
    const hunks = await readChangedHunks(
      this.#api,
      pullRequest,
      new Set(suggestions.map(({ path }) => path)),
    );
    const possible = suggestions.filter(one => isPossible(one, hunks.get(one.path) ?? []));
    const cut = possible.length - MAX_SUGGESTIONS;
    if (cut > 0) this.#notices.push(cutNotice(cut));
    return possible.slice(0, MAX_SUGGESTIONS);
  }

  /** null when it is not for this run to say anything: there is a newer head or run, or the pull request is closed. */
  async #look(): Promise<SuggestionThreads | null> {
    const threads = await this.#threads.look(this.#request.pullRequest);
    const { head, suggestions } = threads;
    if (head === this.#own.head && !suggestions.some(({ marker }) => this.#isNewer(marker, head)))
      return threads;
    this.#standing = [];
    for (const id of findWithdrawals(suggestions, this.#own)) await this.#api.reviews.remove(id);
    return null;
  }

  #isNewer(marker: { key: string; head: string; run: string }, head: string): boolean {
    const isOfKey = marker.key === this.#own.key;
    return isOfKey && compareAge({ ...marker, base: null }, { ...this.#own, base: null }, head) > 0;
  }

  #planFor({ suggestions }: SuggestionThreads, wanted: readonly WantedSuggestion[]): SuggestionPlan {
    return planSuggestions(suggestions, wanted, this.#own);
  }

  /**
   * false when the lines were refused: another look tells whether the head moved.
   * @throws GitHubRequestError for any other refusal
   */
  async #post(missing: readonly WantedSuggestion[]): Promise<boolean> {
    const comments = missing.map(one => ({
      path: one.path,
      startLine: one.startLine,
      endLine: one.endLine,
      body: bodyOf(one, this.#own),
    }));
    try {
      await this.#api.reviews.post(this.#request.pullRequest, this.#own.head, comments);
      this.#isPast = true;
      return true;
    } catch (error) {
      if (!(error instanceof GitHubRequestError) || error.status !== 422) throw error;
      this.#notices.push(notPosted(error));
      this.#isRefused = true;
      return false;
    }
  }

  async #tidy({ updates, removals }: SuggestionPlan): Promise<void> {
    this.#isPast = true;
    for (const { id, body } of updates) await this.#api.reviews.update(id, body);
    for (const id of removals) await this.#api.reviews.remove(id);
  }

  #result(outcome: SuggestionResult['outcome']): SuggestionResult {
    const standing = this.#standing.map(({ suggestion }) => suggestion);
    const isSkipped = outcome === 'skipped-newer';
    return { outcome, standing, notices: isSkipped ? [] : this.#notices };
  }
}

/** GitHub takes all comments of a review or none. */
function notPosted(error: unknown): Notice {
  const isOutdated = error instanceof GitHubRequestError && error.status === 422;
  const why = isOutdated
    ? `${error.message} Run the job again: the lines may have changed meanwhile.`
    : sentenceOf(error);
  return {
    code: 'suggestions-not-posted',
    message: `Fixes could not be suggested, and are annotated instead. ${why}`,
  };
}

function notTidied(error: unknown): Notice {
  return {
    code: 'suggestions-not-tidied',
    message: `Outdated suggestions may remain. ${sentenceOf(error)}`,
  };
}

/** @param cut fixes that could be suggested and are not */
function cutNotice(cut: number): Notice {
  const fixes = cut === 1 ? '1 fix is' : `${cut} fixes are`;
  return {
    code: 'suggestions-cut',
    message: `${fixes} annotated, not suggested: a review gets at most ${MAX_SUGGESTIONS} suggestions.`,
  };
}
