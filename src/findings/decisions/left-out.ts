import type { Notice } from '../../base/notice.ts';
import { plural } from '../../base/number-text.ts';
import { enumerate, phrase, plainText } from '../../base/phrase.ts';

/** What of the configuration leaves a finding out, with its words. */
const LEFT_OUT_BY = {
  off: 'off',
  'min-bytes': 'below min-bytes',
  'ignore-paths': 'in ignore-paths',
} as const;

/** A finding that the configuration leaves out: it is counted, and no more. */
export interface LeftOutFinding {
  readonly rule: string;
  readonly by: keyof typeof LEFT_OUT_BY;
}

/** Counts what the configuration leaves out, by rule; nothing where that is nothing. */
export function leftOutNotices(leftOut: readonly LeftOutFinding[]): readonly Notice[] {
  if (leftOut.length === 0) return [];
  const byRule = Map.groupBy(leftOut, ({ rule, by }) => `${rule} (${LEFT_OUT_BY[by]})`);
  const rules = Array.from(
    byRule,
    ([name, { length }]) => phrase`${length > 1 ? `${length} of ` : ''}${name}`,
  );
  const text = phrase`The configuration leaves out ${plural(leftOut.length, 'finding')}: ${enumerate(rules)}.`;
  return [{ code: 'findings-left-out', message: plainText(text) }];
}
