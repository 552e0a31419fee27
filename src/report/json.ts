import { DeadweightError } from '../base/errors.ts';
import { ExcessiveJson, parseBoundedJson } from '../base/json-shape.ts';
import { describeIssue, issuePath } from '../base/schema-issue.ts';
import { brief, safeText } from '../base/untrusted-text.ts';
import { budgetEntries } from './budget-entry.ts';
import type { CacheReport } from './cache-report.ts';
import { upgradeReport } from './first-version.ts';
import type { FixReport } from './fix-report.ts';
import { type Report, reportSchema } from './report.ts';
import type { SharedReport } from './shared-report.ts';
import type { SquashReport } from './squash-report.ts';

/** Longest report that is read. Characters. */
const MAX_LENGTH = 64 * 1024 * 1024;

/**
 * Values of one report, keys counted. With thousands of packages one has some tens of thousands; of more wrong ones the
 * schema would keep an issue each, which takes gigabytes.
 */
const MAX_VALUES = 300_000;

/**
 * The report as indented JSON with a newline at its end. Control and invisible characters are escaped, and so is
 * the `##[` that runners read as a command wherever it stands in a line: the text is safe on any screen or log.
 */
export function renderJson(report: Report): string {
  return safeJson({ ...report, budgets: budgetEntries(report.budgets) });
}

/** What `deadweight fix` did, as JSON: `schema/fix.schema.json`. */
export function renderFixJson(report: FixReport): string {
  return safeJson(report);
}

/** What `deadweight squash` did, as JSON: `schema/squash.schema.json`. */
export function renderSquashJson(report: SquashReport): string {
  return safeJson(report);
}

/** What several images share, as JSON: `schema/shared.schema.json`. */
export function renderSharedJson(report: SharedReport): string {
  return safeJson(report);
}

/** What is kept between runs, as JSON: `schema/cache.schema.json`. */
export function renderCacheJson(report: CacheReport): string {
  return safeJson(report);
}

function safeJson(value: unknown): string {
  return `${safeText(JSON.stringify(value, null, 2), 'json')}\n`;
}

/**
 * Reads a report of this version or the first, which may come from anybody.
 * @throws DeadweightError `snapshot-invalid` with the place named; `limit-exceeded` when it is too long or too deep.
 */
export function parseReport(text: string): Report {
  if (text.length > MAX_LENGTH) throw tooMuch(`is longer than ${MAX_LENGTH} characters`);
  const value = upgradeReport(parseText(text));
  const result = reportSchema().safeParse(value, { error: describeIssue });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue && issue.path.length > 0 ? brief(issuePath(issue.path), 120) : 'it';
  throw invalid(`${where} ${brief(issue?.message ?? 'is invalid', 200)}`, result.error);
}

function tooMuch(what: string): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `The report ${what}.`,
    remedy: 'Give a JSON report that deadweight wrote.',
  });
}

function parseText(text: string): unknown {
  try {
    return parseBoundedJson(text, MAX_VALUES);
  } catch (error) {
    if (error instanceof ExcessiveJson) throw tooMuch(error.message);
    throw invalid('it is not JSON', error);
  }
}

function invalid(reason: string, cause: unknown): DeadweightError {
  return new DeadweightError('snapshot-invalid', {
    message: `The report is invalid: ${reason}.`,
    remedy: 'Write the report again with this version of deadweight: --json FILE.',
    cause,
  });
}
