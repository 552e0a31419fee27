import { z } from 'zod';
import { withoutCredentials } from '../base/credentials.ts';
import { lazy } from '../base/lazy.ts';
import { onOneLine } from '../base/one-line.ts';
import type { BuildWarning } from './build-result.ts';

/**
 * What happened in a running build, as it happens. Names and logs are BuildKit's own words: names have build
 * arguments expanded, so they are for the screen and not for keeping.
 */
export type ProgressEvent =
  | VertexEvent
  | {
      readonly kind: 'log';
      /** Digest of the vertex. */
      readonly step: string;
      readonly stream: 'stdout' | 'stderr';
      /** Any part of the output, not always whole lines. */
      readonly text: string;
    }
  | {
      readonly kind: 'status';
      readonly step: string;
      /** `extracting sha256:…`, `transferring context:`. */
      readonly id: string;
      readonly current: number;
      readonly total: number;
      readonly startedAt: number | null;
      readonly completedAt: number | null;
    }
  | { readonly kind: 'warning'; readonly warning: BuildWarning }
  /** A line that is not of the protocol, such as the last error. */
  | { readonly kind: 'line'; readonly text: string };

/** News of a vertex of the build graph. Times are milliseconds since the epoch. */
export interface VertexEvent {
  readonly kind: 'step';
  /** Digest of the vertex. */
  readonly step: string;
  readonly name: string;
  /** Digests of the vertices that it builds on. */
  readonly inputs: readonly string[];
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly cached: boolean;
  readonly error: string | null;
}

/**
 * `docker buildx build --progress=rawjson`: buildkit's `client.SolveStatus`, one JSON object a line.
 * Anything that is not of this shape is a plain line.
 */
const time = lazy(() => z.string().nullish());
const list = <T extends z.ZodType>(item: T) => z.array(item).nullish();

const vertexSchema = lazy(() =>
  z.object({
    digest: z.string(),
    name: z.string().nullish(),
    inputs: list(z.string()),
    started: time(),
    completed: time(),
    cached: z.boolean().nullish(),
    error: z.string().nullish(),
  }),
);

const statusSchema = lazy(() =>
  z.object({
    id: z.string(),
    vertex: z.string(),
    current: z.number().nullish(),
    total: z.number().nullish(),
    started: time(),
    completed: time(),
  }),
);

const logSchema = lazy(() =>
  z.object({ vertex: z.string(), stream: z.number().nullish(), data: z.string().nullish() }),
);

const lineSchema = lazy(() => z.object({ line: z.number().nullish() }).nullish());
const warningSchema = lazy(() =>
  z.object({
    short: z.string().nullish(),
    url: z.string().nullish(),
    sourceInfo: z.object({ filename: z.string().nullish() }).nullish(),
    range: list(z.object({ start: lineSchema(), end: lineSchema() })),
  }),
);

const solveStatusSchema = lazy(() =>
  z.object({
    vertexes: list(vertexSchema()),
    statuses: list(statusSchema()),
    logs: list(logSchema()),
    warnings: list(warningSchema()),
  }),
);

/** A log's bytes are decoded by the reader, which knows what came before them. */
interface RawLog {
  readonly kind: 'raw-log';
  readonly step: string;
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

/** The events of one line, in the order: vertices, statuses, logs, warnings. */
export function readProgressLine(
  line: string,
): readonly (Exclude<ProgressEvent, { kind: 'log' }> | RawLog)[] {
  const status = parseStatus(line);
  if (!status) return line.trim() === '' ? [] : [{ kind: 'line', text: withoutCredentials(line) }];
  return [
    ...(status.vertexes ?? []).map(vertex => ({
      kind: 'step' as const,
      step: vertex.digest,
      // The address of a git context is in it as it was given.
      name: onOneLine(withoutCredentials(vertex.name ?? '')),
      inputs: vertex.inputs ?? [],
      startedAt: milliseconds(vertex.started),
      completedAt: milliseconds(vertex.completed),
      cached: vertex.cached ?? false,
      error: vertex.error ? withoutCredentials(vertex.error) : null,
    })),
    ...(status.statuses ?? []).map(each => ({
      kind: 'status' as const,
      step: each.vertex,
      id: each.id,
      current: each.current ?? 0,
      total: each.total ?? 0,
      startedAt: milliseconds(each.started),
      completedAt: milliseconds(each.completed),
    })),
    ...(status.logs ?? []).map(log => ({
      kind: 'raw-log' as const,
      step: log.vertex,
      stream: log.stream === 2 ? ('stderr' as const) : ('stdout' as const),
      bytes: Buffer.from(log.data ?? '', 'base64'),
    })),
    ...(status.warnings ?? []).map(warning => ({ kind: 'warning' as const, warning: readWarning(warning) })),
  ];
}

function parseStatus(line: string): z.infer<ReturnType<typeof solveStatusSchema>> | null {
  if (!line.startsWith('{')) return null;
  try {
    const parsed = solveStatusSchema().safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** `StageNameCasing: Stage name 'Foo' should be lowercase (line 1)`. */
function readWarning(warning: z.infer<ReturnType<typeof warningSchema>>): BuildWarning {
  const text = Buffer.from(warning.short ?? '', 'base64')
    .toString('utf8')
    .trim();
  const match = /^([A-Z][A-Za-z0-9]+): (.*?)(?: \(line \d+\))?$/s.exec(text);
  const lines = (warning.range ?? [])
    .flatMap(({ start, end }) => [start?.line, end?.line])
    .filter((line): line is number => typeof line === 'number' && line > 0);
  return {
    rule: match?.[1] ?? text,
    message: match?.[2] ?? text,
    url: warning.url ? warning.url : null,
    file: warning.sourceInfo?.filename || null,
    startLine: lines.length > 0 ? Math.min(...lines) : null,
    endLine: lines.length > 0 ? Math.max(...lines) : null,
  };
}

/** RFC 3339 with nanoseconds → milliseconds with a fraction; null for Go's zero time. */
function milliseconds(text: string | null | undefined): number | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text ?? '');
  if (!match) return null;
  const seconds = Date.parse(`${match[1]}${match[3]}`);
  return seconds > 0 ? seconds + Number(`0${match[2] ?? ''}`) * 1000 : null;
}
