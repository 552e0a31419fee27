import { z } from 'zod';
import { reportSchema } from './report.ts';

/** The JSON schema (2020-12) of the JSON report: what `schema/report.schema.json` holds. */
export function reportJsonSchema(): Record<string, unknown> {
  // `input` leaves objects open: a report of a later version with more fields still validates.
  const { $schema, ...schema } = z.toJSONSchema(reportSchema, { target: 'draft-2020-12', io: 'input' });
  return { $schema, title: 'Deadweight report', ...schema };
}
