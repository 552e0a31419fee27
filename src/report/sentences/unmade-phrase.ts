import { message, type Phrase, phrase } from '../../base/phrase.ts';

/** What stands before a fix that only people can make. */
export const BY_HAND = 'by hand';

/** What stands before a fix that is not made before a build has proven it. */
export const NEEDS_PROOF = 'needs --prove';

/** Why a fix is not made before a build has proven it. */
export const UNPROVEN_REASON =
  'Only a build can tell that nothing needs what it leaves out: give --prove, and --fix-check with a command that tries the image.';

/** ` (no edit: line 4 is COPY, …)`, behind what is said of a finding; empty where nobody knows why it has none. */
export function noEditAside(problem: string | null): Phrase {
  return problem === null ? [] : phrase` (no edit: ${message(problem, 300)})`;
}
