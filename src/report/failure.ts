import { z } from 'zod';
import { parseBoundedJson } from '../base/json-shape.ts';
import { lazy } from '../base/lazy.ts';
import { REPORT_VERSION, type Report } from './report.ts';

/** What a build that failed leaves for who gathers the reports of several: which one it was, and why. */
export const failureSchema = lazy(() =>
  z.object({
    schemaVersion: z.literal(REPORT_VERSION),
    kind: z.literal('failure'),
    tool: z.object({ name: z.literal('deadweight'), version: z.string() }),
    generatedAt: z.iso.datetime(),
    key: z.string(),
    title: z.string(),
    platforms: z.array(z.string()).describe('Those that were asked for; empty for the default'),
    context: z.object({
      commit: z.string().nullable(),
      repositoryUrl: z.string().nullable(),
      runUrl: z.string().nullable(),
    }),
    error: z.object({
      code: z.string(),
      message: z.string(),
      remedy: z.string().default(''),
      excerpt: z.array(z.string()).default([]).describe('The last lines that the failed step printed'),
      location: z
        .object({ file: z.string(), startLine: z.int().min(1), endLine: z.int().min(1) })
        .nullable()
        .default(null)
        .describe('Lines of the Dockerfile'),
    }),
  }),
);

export type FailureReport = z.infer<ReturnType<typeof failureSchema>>;

/** Far more than one has. Characters. */
const LIMIT = 100_000;

/** @returns null when the text is something else: a report, or nothing of ours. It may come from anybody. */
export function parseFailure(text: string): FailureReport | null {
  if (text.length > LIMIT) return null;
  try {
    return failureSchema().safeParse(parseBoundedJson(text)).data ?? null;
  } catch {
    return null;
  }
}

/** An image without a report, as a comment on several names it. */
export interface Failure {
  readonly name: string;
  /** One sentence or two. */
  readonly reason: string;
  /** Absent where nobody handed a report over. */
  readonly report?: FailureReport;
}

/** What both kinds say of themselves. */
export type ReportContext = Pick<Report['context'], 'commit' | 'repositoryUrl' | 'runUrl'>;

/** What happened and what to do. Many builders end their words without a full stop. */
export function failureSentence({ error: { message, remedy } }: FailureReport): string {
  return `${/[.!?]$/.test(message) || remedy === '' ? message : `${message}.`} ${remedy}`.trimEnd();
}

export function failureOf(report: FailureReport): Failure {
  const { title, platforms, error } = report;
  return {
    name: [title, platforms.join(', ')].filter(part => part !== '').join(' · '),
    reason: error.message,
    report,
  };
}
