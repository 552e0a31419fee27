import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';

export type StepOutcome = 'cached' | 'executed' | 'failed' | 'not-needed' | 'skipped';

/** A step of the build (an LLB vertex that does work: pulls, execs, copies), inputs before what builds on them. */
export interface BuildStep {
  /** `[builder 2/5] RUN make`: BuildKit's own name, one line. */
  readonly name: string;
  readonly outcome: StepOutcome;
  /** Time it ran, without the cached intervals; null when it never started. Milliseconds. */
  readonly durationMs: number | null;
  /** Of `durationMs`, the time spent pulling and extracting. Milliseconds. */
  readonly pullMs: number;
  /** Whether the step is on the chain that made the final image's layers. */
  readonly onFinalChain: boolean;
  /** Platform of a multi-platform build, `linux/arm64`; null when there is one. */
  readonly platform: string | null;
  readonly instruction: InstructionLocation | null;
}

/** A step that ran although nothing it builds on did. */
export interface CacheBreak {
  /** Index into the steps. */
  readonly step: number;
  readonly reason: CacheBreakReason;
  /** Time of the steps that ran because of it, its own included, pulls left out. Milliseconds; of all steps together. */
  readonly lostMs: number;
  /** Which of the files that it copies changed; null where that cannot be seen. */
  readonly files: ChangedFiles | null;
}

/** Files of the image that are not what they were. */
export interface ChangedFiles {
  /** The first of them as the layer has them, without a leading slash; a directory's ends in one. At most five. */
  readonly paths: readonly string[];
  readonly count: number;
}

/**
 * Compared with the base build. `text-changed`: the base's Dockerfile has no such instruction; `arguments-changed`: it
 * has, and an ARG, ENV or other setting differs; `definition-changed`: one of the two, nothing tells which;
 * `earlier-step-changed`: the step is the same and stands on another one, which a cache held;
 * `base-changed`: the image under it differs; `content-changed`: the same step reads other files; `mode-changed`: or
 * the same files with other permissions; `not-in-cache`: nothing differs and no cache held it (or there is no base
 * build to tell more).
 */
export type CacheBreakReason =
  | 'text-changed'
  | 'arguments-changed'
  | 'definition-changed'
  | 'earlier-step-changed'
  | 'base-changed'
  | 'content-changed'
  | 'mode-changed'
  | 'not-in-cache'
  | 'unknown';

/** A warning of BuildKit's own checks. */
export interface BuildWarning {
  /** `StageNameCasing`, or the text where there is no name. */
  readonly rule: string;
  readonly message: string;
  readonly url: string | null;
  readonly file: string | null;
  readonly startLine: number | null;
  readonly endLine: number | null;
}
