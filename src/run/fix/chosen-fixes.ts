import { findClosestWord } from '../../base/closest-word.ts';
import { DeadweightError } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { Fix } from '../../findings/fix/fix.ts';
import { RULES } from '../../findings/rules.ts';

/** What somebody says to a fix: this one, not this one, this and all that follow, none of those that follow. */
export type FixAnswer = 'yes' | 'no' | 'all' | 'quit';

/** Why a fix is not made that could be. */
export type Unwanted = 'not-chosen' | 'declined';

/** @throws DeadweightError `usage` for what is no rule, with the one that it was probably to be */
export function checkRules(names: readonly string[]): void {
  const ids = RULES.map(({ id }): string => id);
  const unknown = names.find(name => !ids.includes(name));
  if (unknown === undefined) return;
  if (unknown.trim() === '') {
    throw new DeadweightError('usage', {
      message: 'The name of a rule is empty.',
      remedy: 'Name a rule, or give no --only to make the fixes of all.',
    });
  }
  const closest = findClosestWord(unknown, ids);
  throw new DeadweightError('usage', {
    message: `There is no rule ${printable(unknown)}${closest === null ? '' : `; is ${closest} meant?`}`,
    remedy: 'Name rules as findings do, for example --only pip-cache: docs/rules has them all.',
  });
}

/**
 * The fixes that are left out: those of other rules than the ones that were named, and those that somebody declines.
 * @param only names of rules; all of them when it is empty
 * @param ask null where nobody is asked
 */
export async function findUnwanted(
  fixes: readonly Fix[],
  only: readonly string[],
  ask: ((fix: Fix, index: number, count: number) => Promise<FixAnswer>) | null,
): Promise<ReadonlyMap<Fix, Unwanted>> {
  const unwanted = new Map<Fix, Unwanted>();
  for (const fix of fixes) {
    if (only.length > 0 && !fix.findings.some(({ rule }) => only.includes(rule)))
      unwanted.set(fix, 'not-chosen');
  }
  if (ask === null) return unwanted;
  const chosen = fixes.filter(fix => !unwanted.has(fix));
  let answer: FixAnswer = 'yes';
  for (const [index, fix] of chosen.entries()) {
    if (answer === 'yes' || answer === 'no') answer = await ask(fix, index, chosen.length);
    if (answer === 'no' || answer === 'quit') unwanted.set(fix, 'declined');
  }
  return unwanted;
}
