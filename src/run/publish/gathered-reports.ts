import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { quote } from '../../base/untrusted-text.ts';
import { type Failure, type FailureReport, failureOf, parseFailure } from '../../report/failure.ts';
import { headlineOf } from '../../report/headline.ts';
import { parseReport } from '../../report/json.ts';
import type { Report } from '../../report/report.ts';
import { nameOf } from '../../report/report-order.ts';
import { doubtAbout, type TrustedRun, trustReport } from './trusted-report.ts';

/** A text that claims to be a report. Nobody has looked at it. */
export interface Received {
  /** Of the file or the artifact; as hostile as the rest. */
  readonly name: string;
  readonly text: string;
}

/** Something that was not read, or not believed. */
export interface Refused {
  readonly name: string;
  /** Sentences. */
  readonly reason: string;
}

/** Bytes of one report. A true one has a few hundred thousand. */
export const MAX_REPORT_BYTES = 8 * 1024 * 1024;

/** What may be shown. */
export interface GatheredReports {
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
export async function gatherReports(
  received: readonly (Received | Refused)[],
  expected: readonly string[],
  run: TrustedRun,
): Promise<GatheredReports> {
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
    else if (reports.has(parsed.report.key))
      refuse(parsed.name, 'Another report has the same key: give each of their steps a title of its own.');
    else reports.set(parsed.report.key, trustReport(parsed.report, run));
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
    .map(name => ({ name, reason: 'No report arrived; see the run of its job.' }));
}

type ParsedReport =
  | { readonly kind: 'report'; readonly name: string; readonly report: Report }
  | { readonly kind: 'failure'; readonly name: string; readonly failure: FailureReport };

/** Reads a report, or what a failed build left. */
function parseReceived({ name, text }: Received): ParsedReport | Refused {
  if (text.length > MAX_REPORT_BYTES) {
    return { name, reason: `It was not read: no report has more than ${MAX_REPORT_BYTES} bytes.` };
  }
  const failure = parseFailure(text);
  if (failure !== null) return { kind: 'failure', name, failure };
  try {
    return { kind: 'report', name, report: parseReport(text) };
  } catch (error) {
    if (error instanceof DeadweightError) return { name, reason: error.sentence };
    throw error;
  }
}
