import type { BuildWarning } from './build-step.ts';

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
