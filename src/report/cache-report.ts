import { z } from 'zod';
import { lazy } from '../base/lazy.ts';

/** Raise it when a name or a meaning changes; adding a field does not. */
export const CACHE_REPORT_VERSION = 1;

const bytes = lazy(() => z.int().describe('bytes'));
const count = lazy(() => z.int());
const time = lazy(() => z.iso.datetime().nullable());

/** What is kept between runs. */
export const cacheReportSchema = lazy(() =>
  z
    .object({
      schemaVersion: z.literal(CACHE_REPORT_VERSION),
      tool: z.object({ name: z.literal('deadweight'), version: z.string() }),
      scans: z
        .object({
          directory: z.string(),
          count: count(),
          bytes: bytes(),
          maxBytes: bytes().describe('What scans and temporary files are held to, in bytes; 0 keeps none'),
          oldestUse: time().describe(
            'When the scan that was not used for longest was used; null without scans',
          ),
          lastUse: time(),
        })
        .nullable()
        .describe('Scans of layers; null where nothing is kept'),
      layers: z
        .object({
          directory: z.string(),
          count: count(),
          bytes: bytes(),
          maxBytes: bytes().describe('What layers are held to, in bytes; 0 keeps none'),
          oldestUse: time().describe(
            'When the layer that was not used for longest was used; null without any',
          ),
          lastUse: time(),
        })
        .nullable()
        .optional()
        .describe('Layers that builds exported; null where nothing is kept'),
      temporaryFiles: z
        .object({ count: count(), bytes: bytes() })
        .describe('Scans that are being written, or were when their writer was killed'),
      compiledCode: z
        .object({ directory: z.string(), bytes: bytes() })
        .nullable()
        .describe("Node's compiled code of Deadweight; null where nothing is kept"),
      cleared: z
        .object({ scans: count(), layers: count().optional(), temporaryFiles: count(), bytes: bytes() })
        .nullable()
        .describe('What --clear removed; null without it'),
    })
    .describe('What Deadweight keeps between runs'),
);

export type CacheReport = z.infer<ReturnType<typeof cacheReportSchema>>;
