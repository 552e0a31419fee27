import { z } from 'zod';
import { configSchema } from '../../src/run/config/config-file.ts';
import type { Document } from './document.ts';
import {
  cacheJsonSchema,
  fixJsonSchema,
  reportJsonSchema,
  sharedJsonSchema,
  squashJsonSchema,
  trendJsonSchema,
} from './json-schema.ts';

/** The JSON schemas of what Deadweight writes, and of its configuration file. */
export const SCHEMAS: readonly Document[] = [
  { path: 'schema/report.schema.json', make: () => json(reportJsonSchema()) },
  { path: 'schema/fix.schema.json', make: () => json(fixJsonSchema()) },
  { path: 'schema/squash.schema.json', make: () => json(squashJsonSchema()) },
  { path: 'schema/shared.schema.json', make: () => json(sharedJsonSchema()) },
  { path: 'schema/trend.schema.json', make: () => json(trendJsonSchema()) },
  { path: 'schema/cache.schema.json', make: () => json(cacheJsonSchema()) },
  { path: 'schema/config.schema.json', make: () => json(z.toJSONSchema(configSchema())) },
];

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
