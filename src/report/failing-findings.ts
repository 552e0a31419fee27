import { type FailOn, failsOn } from '../base/fail-on.ts';
import { plural } from '../base/number-text.ts';
import { code, enumerate, type Phrase, phrase, placeAside } from '../base/phrase.ts';
import type { Report, ReportFinding } from './report.ts';

/** What fails a report for `fail-on`. */
type FailingFinding = Pick<ReportFinding, 'rule' | 'severity' | 'location'>;

/**
 * The findings of the level that fails the run, or above. A pull request has no say in that: what only a comment of its
 * own ignores counts.
 */
export function failingFindings({
  failOn = 'none',
  findings,
  ignoredFindings = [],
}: Pick<Report, 'failOn' | 'findings' | 'ignoredFindings'>): readonly FailingFinding[] {
  const judged = [...findings, ...ignoredFindings.filter(({ isAdded }) => isAdded)];
  return judged.filter(({ severity }) => failsOn(failOn, severity));
}

/** Findings that a sentence names. */
const MAX_NAMED = 5;

/** `fail-on: warning is not met: 2 findings, deleted-later (Dockerfile:2) and …`, without the full stop; null where none fails. */
export function failingSentence(report: Report): Phrase | null {
  const failing = failingFindings(report);
  if (failing.length === 0) return null;
  const named = failing.slice(0, MAX_NAMED);
  const names = named.map(({ rule, location }) => phrase`${code(rule, 60)}${placeAside(location)}`);
  const more = failing.length - named.length;
  const all = enumerate(more > 0 ? [...names, phrase`${more} more`] : names);
  return phrase`${plural(failing.length, 'finding')} ${levelText(report.failOn ?? 'none')} (fail-on): ${all}`;
}

function levelText(failOn: FailOn): string {
  if (failOn === 'error') return 'of the level error';
  return failOn === 'warning' ? 'of the level warning or above' : 'of any level';
}
