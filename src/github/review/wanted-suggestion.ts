import { digestHex, sha256 } from '../../base/digest.ts';
import type { Suggestion } from '../../report/suggestion.ts';
import { type DiffHunk, hunkWith, linesOf } from './diff-hunk.ts';

/** A suggestion with its place in the repository. */
export interface WantedSuggestion {
  readonly path: string;
  /** Lines of the head's file that it replaces, 1-based, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** The same for the same lines of the same file with the same ones in their place. */
  readonly mark: string;
  readonly suggestion: Suggestion;
}

export function wantedSuggestion(path: string, suggestion: Suggestion): WantedSuggestion {
  const { startLine, before, after } = suggestion.patch;
  const mark = digestHex(sha256(JSON.stringify([path, before, after]))).slice(0, 32);
  return { ...{ path, startLine, mark, suggestion }, endLine: startLine + before.length - 1 };
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
  const hunk = hunkWith(hunks, startLine, endLine);
  if (hunk === null) return false;
  const lines = linesOf(hunk, startLine, endLine);
  const isAsBuilt = lines.every(({ text }, index) => text === patch.before[index]);
  const touches = hunks.some(each => linesOf(each, about.start, about.end).some(({ isAdded }) => isAdded));
  return isAsBuilt && touches;
}
