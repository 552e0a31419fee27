import { z } from 'zod';
import { lazy } from '../base/lazy.ts';
import { editSchema, findingSchema, ignoredFindingSchema, leftOutFindingSchema } from './report.ts';

/** Raise it when a name or a meaning changes; adding a field does not. */
export const FIX_REPORT_VERSION = 1;

const bytes = lazy(() => z.int().describe('bytes'));

const saving = lazy(() => z.object({ bytes: bytes(), compressedBytes: bytes().nullable() }));

const outcome = lazy(() =>
  z
    .enum(['predicted', 'proven', 'dropped'])
    .describe('proven: the fixed Dockerfile was built. dropped: it was not made, and droppedFor says why'),
);

/** Why a fix was left out. */
export const DROP_REASONS = [
  'refused',
  'unproven',
  'does-not-build',
  'check-failed',
  'saves-nothing',
  'network',
  'not-chosen',
  'declined',
] as const;

/** What `deadweight fix` found, tried and wrote. */
export const fixReportSchema = lazy(() =>
  z
    .object({
      schemaVersion: z.literal(FIX_REPORT_VERSION),
      tool: z.object({ name: z.literal('deadweight'), version: z.string() }),
      title: z.string(),
      platform: z.string(),
      dockerfile: z.string().describe('Path of the Dockerfile, relative to the working directory'),
      /** What adds the most to those before it first. */
      fixes: z.array(
        z.object({
          edits: z.array(editSchema()),
          findings: z.array(findingSchema()).describe('What it mends, the largest saving first'),
          predicted: saving(),
          addedBytes: bytes().optional().describe('Of the predicted bytes, what no fix before it frees'),
          measured: saving().nullable().describe('null unless it was built'),
          outcome: outcome(),
          reason: z.string().nullable().describe('Why it was dropped'),
          droppedFor: z
            .enum(DROP_REASONS)
            .nullable()
            .optional()
            .describe(
              'The kind of that: refused its edits cannot be made, unproven only a build could tell that it is safe, network nothing could be built, not-chosen its rule was not asked for, declined somebody said no; null where it was made',
            ),
          freed: z
            .array(z.object({ layer: z.int(), path: z.string(), bytes: bytes() }))
            .optional()
            .describe('What it is to free: each file, its layer and its bytes'),
        }),
      ),
      all: z
        .object({ predicted: saving(), measured: saving().nullable() })
        .nullable()
        .describe('All that were not dropped, made together; null when none is left'),
      left: z
        .array(findingSchema())
        .optional()
        .describe('What could be saved as well, and only by hand, the largest saving first'),
      leftBecause: z
        .array(z.string())
        .optional()
        .describe('Of each of those, why no edit is known to be safe: a sentence without its full stop'),
      counted: z
        .array(findingSchema())
        .optional()
        .describe(
          'What only people can mend as well, and would save nothing that the fixes and those left do not',
        ),
      others: z
        .array(findingSchema())
        .optional()
        .describe('What else was found, and no edit mends: nothing is known to be saved by it'),
      ignoredFindings: z
        .array(ignoredFindingSchema())
        .optional()
        .describe('What comments of the Dockerfile ignore: nothing is made of it'),
      leftOutFindings: z
        .array(leftOutFindingSchema())
        .optional()
        .describe('How many findings the configuration and comments leave out: nothing is made of them'),
      files: z
        .array(z.object({ path: z.string(), diff: z.string(), written: z.boolean() }))
        .describe('The files that change, each as a unified diff'),
      notices: z.array(z.object({ code: z.string(), message: z.string() })),
    })
    .describe('What deadweight fix did'),
);

export type FixReport = z.infer<ReturnType<typeof fixReportSchema>>;
export type ReportedFix = FixReport['fixes'][number];
