import type { Notice } from '../../base/notice.ts';
import { quote } from '../../base/untrusted-text.ts';
import { type Failure, failureOf } from '../../report/failure.ts';
import { headlineOf } from '../../report/headline.ts';
import { nameOf } from '../../report/ranking.ts';
import type { Report } from '../../report/report.ts';
import { type ParsedReport, parseReceived, type Received, type Refused } from './received-report.ts';
import { doubtAbout, type TrustedRun, trusted } from './trusted-report.ts';

/** What may be shown. */
export interface Gathered {
  readonly reports: readonly Report[];
  /** Images without a report: their builds failed, or nobody handed one over. */
  readonly failures: readonly Failure[];
  /** `report-refused`: what was not believed, and why. */
  readonly notices: readonly Notice[];
}

/**
 * Reads what was received, believes what is of the run, and names who is missing.
 * @param expected names of images: titles, keys, or as they are shown (`app · linux/arm64`)
 */
export async function gathered(
  received: readonly (Received | Refused)[],
  expected: readonly string[],
  run: TrustedRun,
): Promise<Gathered> {
  const reports = new Map<string, Report>();
  const failures = new Map<string, Failure>();
  const refused: Failure[] = [];
  const notices: Notice[] = [];
  const refuse = (name: string, reason: string): void => {
    refused.push({ name, reason });
    notices.push({ code: 'report-refused', message: `${quote(name)} was not shown. ${reason}` });
  };
  for (const one of received) {
    const parsed = 'text' in one ? parseReceived(one) : one;
    if ('reason' in parsed) {
      refuse(parsed.name, parsed.reason);
      continue;
    }
    const doubt = await doubtAbout(contextOf(parsed), run);
    if (doubt !== null) refuse(parsed.name, doubt);
    else if (parsed.kind === 'failure') failures.set(parsed.failure.key, failureOf(parsed.failure));
    else if (reports.has(parsed.report.key)) refuse(parsed.name, 'Another report has the same key.');
    else reports.set(parsed.report.key, trusted(parsed.report, run));
  }
  // A leg that was run again and came through has both.
  for (const key of reports.keys()) failures.delete(key);
  const found = [...reports.values()];
  const named = [...failures.values()];
  // Where nothing can be believed, nothing is posted.
  if (found.length + named.length === 0 && refused.length > 0) return { reports: [], failures: [], notices };
  const missing = missingOf(expected, found, [...failures]);
  return { reports: found, failures: [...named, ...missing, ...refused], notices };
}

function contextOf(parsed: ParsedReport) {
  return parsed.kind === 'report' ? parsed.report.context : parsed.failure.context;
}

function missingOf(
  expected: readonly string[],
  reports: readonly Report[],
  failures: readonly (readonly [key: string, failure: Failure])[],
): readonly Failure[] {
  const known = new Set<string>();
  for (const report of reports)
    for (const name of [headlineOf(report).title, nameOf(report), report.key]) known.add(name);
  for (const [key, { name }] of failures)
    for (const part of [key, name, name.replace(/ · .*$/, '')]) known.add(part);
  return expected
    .filter(name => !known.has(name))
    .map(name => ({ name, reason: 'No report was handed over; see the run of its job.' }));
}
