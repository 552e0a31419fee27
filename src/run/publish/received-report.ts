import { DeadweightError } from '../../base/errors.ts';
import { type FailureReport, parseFailure } from '../../report/failure.ts';
import { parseReport } from '../../report/json.ts';
import type { Report } from '../../report/report.ts';

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
export const RECEIVED_LIMIT = 8 * 1024 * 1024;

export type ParsedReport =
  | { readonly kind: 'report'; readonly name: string; readonly report: Report }
  | { readonly kind: 'failure'; readonly name: string; readonly failure: FailureReport };

/** Reads a report, or what a failed build left. */
export function parseReceived({ name, text }: Received): ParsedReport | Refused {
  if (text.length > RECEIVED_LIMIT) {
    return { name, reason: `It was not read: no report has more than ${RECEIVED_LIMIT} bytes.` };
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
