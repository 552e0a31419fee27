import type { InstructionLocation } from '../dockerfile/instruction.ts';

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

/** The first step that ran although all it builds on was cached. */
export interface CacheBreak {
  /** Index into the steps. */
  readonly step: number;
  readonly reason: CacheBreakReason;
}

/**
 * `definition-changed`: the step's own definition differs from the base build (Dockerfile text, ARG, ENV);
 * `base-changed`: the image under it differs; `content-changed`: same definition, so a file's content or mode changed;
 * `not-in-cache`: same definition and no cache held it (or there is no base build to tell more).
 */
export type CacheBreakReason =
  | 'definition-changed'
  | 'base-changed'
  | 'content-changed'
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
