import { digestHex, sha256 } from '../../base/digest.ts';
import type { Suggestion } from '../../report/suggestion.ts';
import { type DiffHunk, findHunk, linesBetween } from './diff-hunk.ts';
import {
  formatSuggestionMarker,
  type OwnSuggestion,
  type SuggestionMarker,
  suggestionText,
} from './own-suggestions.ts';

/** A suggestion with its place in the repository. */
export interface WantedSuggestion {
  readonly path: string;
  /** Lines of the head's file that it replaces, 1-based, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** Identifies the change: equal for equal lines of a file with equal ones in their place. */
  readonly mark: string;
  readonly suggestion: Suggestion;
}

/** @param path of the suggestion's file in the repository */
export function draftSuggestion(path: string, suggestion: Suggestion): WantedSuggestion {
  const { startLine, before, after } = suggestion.patch;
  const mark = digestHex(sha256(JSON.stringify([path, before, after]))).slice(0, 32);
  return { path, startLine, endLine: startLine + before.length - 1, mark, suggestion };
}

/**
 * Whether it can be made: one hunk has its lines, they are those that were built (the merge commit may have others than
 * the head), and the pull request made one of them or of the instructions they belong to.
 */
export function isPossible(
  { startLine, endLine, suggestion }: WantedSuggestion,
  hunks: readonly DiffHunk[],
): boolean {
  const { about, patch } = suggestion;
  const hunk = findHunk(hunks, startLine, endLine);
  if (hunk === null) return false;
  const lines = linesBetween(hunk, startLine, endLine);
  const isAsBuilt = lines.every(({ text }, index) => text === patch.before[index]);
  const touches = hunks.some(each =>
    linesBetween(each, about.start, about.end).some(({ isAdded }) => isAdded),
  );
  return isAsBuilt && touches;
}

/** What is to be done so that a pull request has the wanted suggestions of a key, each once. */
export interface SuggestionPlan {
  readonly missing: readonly WantedSuggestion[];
  /** Those that are there already, whoever posted them: jobs of several platforms suggest the same. */
  readonly present: readonly WantedSuggestion[];
  /** The lines are right, and the text has changed. */
  readonly updates: readonly { readonly id: number; readonly body: string }[];
  /** Ids of suggestions of this key: outdated, no longer wanted, or there twice. Those that got a reply stay. */
  readonly removals: readonly number[];
}

/** @param there the suggestions that the pull request has, oldest first */
export function planSuggestions(
  there: readonly OwnSuggestion[],
  wanted: readonly WantedSuggestion[],
  own: Omit<SuggestionMarker, 'mark'>,
): SuggestionPlan {
  const missing: WantedSuggestion[] = [];
  const present: WantedSuggestion[] = [];
  const updates: { id: number; body: string }[] = [];
  const kept = new Set<number>();
  for (const one of wanted) {
    // The first of equals stays: every run that looks chooses the same.
    const found = there.find(comment => isAt(comment, one));
    if (found === undefined) {
      missing.push(one);
      continue;
    }
    present.push(one);
    kept.add(found.id);
    const body = bodyOf(one, own);
    if (found.marker.key === own.key && suggestionText(found.body) !== suggestionText(body)) {
      updates.push({ id: found.id, body });
    }
  }
  const removals = there
    .filter(({ id, marker, hasReplies }) => marker.key === own.key && !kept.has(id) && !hasReplies)
    .map(({ id }) => id);
  return { missing, present, updates, removals };
}

/**
 * What a run that was overtaken takes back: of those that it posted itself, the ones that nobody can use, because their
 * lines have changed or an earlier comment says the same. Any other may be one that the newer run found and keeps.
 */
export function findWithdrawals(
  there: readonly OwnSuggestion[],
  own: Omit<SuggestionMarker, 'mark'>,
): readonly number[] {
  const isMine = ({ marker }: OwnSuggestion): boolean =>
    marker.key === own.key && marker.run === own.run && marker.head === own.head;
  const isEarlier = (earlier: OwnSuggestion, comment: OwnSuggestion): boolean =>
    earlier.id < comment.id && earlier.marker.mark === comment.marker.mark && areAtOnePlace(earlier, comment);
  return there
    .filter(
      comment =>
        isMine(comment) &&
        !comment.hasReplies &&
        (comment.lines === null || there.some(earlier => isEarlier(earlier, comment))),
    )
    .map(({ id }) => id);
}

export function bodyOf({ mark, suggestion }: WantedSuggestion, own: Omit<SuggestionMarker, 'mark'>): string {
  return `${formatSuggestionMarker({ ...own, mark })}\n${suggestion.text}`;
}

function isAt({ path, lines, marker }: OwnSuggestion, wanted: WantedSuggestion): boolean {
  return (
    marker.mark === wanted.mark &&
    path === wanted.path &&
    lines?.start === wanted.startLine &&
    lines.end === wanted.endLine
  );
}

function areAtOnePlace(a: OwnSuggestion, b: OwnSuggestion): boolean {
  return a.path === b.path && a.lines?.start === b.lines?.start && a.lines?.end === b.lines?.end;
}
