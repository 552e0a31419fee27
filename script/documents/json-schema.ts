import { z } from 'zod';
import { cacheReportSchema } from '../../src/report/cache-report.ts';
import { fixReportSchema } from '../../src/report/fix-report.ts';
import { reportSchema } from '../../src/report/report.ts';
import { sharedReportSchema } from '../../src/report/shared-report.ts';
import { squashReportSchema } from '../../src/report/squash-report.ts';
import { trendReportSchema } from '../../src/trend/trend-report.ts';

/** The JSON schema (2020-12) of the JSON report: what `schema/report.schema.json` holds. */
export function reportJsonSchema(): Record<string, unknown> {
  return titled('Deadweight report', reportSchema());
}

/** The JSON schema (2020-12) of what `deadweight fix --json` writes: `schema/fix.schema.json`. */
export function fixJsonSchema(): Record<string, unknown> {
  return titled('What deadweight fix did', fixReportSchema());
}

/** The JSON schema (2020-12) of what `deadweight squash --json` writes: `schema/squash.schema.json`. */
export function squashJsonSchema(): Record<string, unknown> {
  return titled('What deadweight squash did', squashReportSchema());
}

/** The JSON schema (2020-12) of what `deadweight inspect --shared --json` writes: `schema/shared.schema.json`. */
export function sharedJsonSchema(): Record<string, unknown> {
  return titled('What images share', sharedReportSchema());
}

/** The JSON schema (2020-12) of what `deadweight trend --json` writes: `schema/trend.schema.json`. */
export function trendJsonSchema(): Record<string, unknown> {
  return titled('The weight of images over time', trendReportSchema());
}

/** The JSON schema (2020-12) of what `deadweight cache --json` writes: `schema/cache.schema.json`. */
export function cacheJsonSchema(): Record<string, unknown> {
  return titled('What Deadweight keeps between runs', cacheReportSchema());
}

function titled(title: string, described: z.ZodType): Record<string, unknown> {
  // `input` leaves objects open: a report of a later version with more fields still validates.
  const { $schema, ...schema } = z.toJSONSchema(described, { target: 'draft-2020-12', io: 'input' });
  return { $schema, title, ...schema };
}
