import type { Notice } from '../base/notice.ts';
import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import type { IgnoreSource } from '../dockerfile/ignore-file.ts';
import type { ImageOrigins } from '../dockerfile/layer-origin.ts';
import type { OperationKind } from './provenance-wire.ts';

/** What a build made and how. Holds no value of a build argument or secret other than what the Dockerfile says. */
export interface BuildResult {
  readonly steps: readonly BuildStep[];
  /** Parallel to `steps`: how they hang together, for `findCacheBreak`. */
  readonly graph: readonly StepNode[];
  /** Parallel to `steps`: equal in two builds when the definition and the images are; null where it is not known. */
  readonly stepHashes: readonly (string | null)[];
  readonly warnings: readonly BuildWarning[];
  /** As BuildKit read it; null where only BuildKit did, and does not tell. */
  readonly dockerfile: Dockerfile | null;
  /** null where only BuildKit knows. */
  readonly ignoreFile: IgnoreSource | null;
  readonly metadata: BuildMetadata;
  /** One a platform. */
  readonly images: readonly BuiltImage[];
  /** Digests by the image's name as in FROM, for `pins` of another build's plan. */
  readonly pins: Readonly<Record<string, string>>;
  readonly notices: readonly Notice[];
  /** What was to run whether or not a cache held it; absent where nothing was. */
  readonly uncached?: Uncached;
  /** Wall time of the build. Milliseconds. */
  readonly durationMs: number;
}

/** What `no-cache` and `no-cache-filters` keep from the cache. */
export interface Uncached {
  readonly all: boolean;
  /** Names of stages. */
  readonly stages: readonly string[];
}

/** What docker/build-push-action gives as its outputs. */
export interface BuildMetadata {
  /** Content of the image id file: the config's digest, or the index's on the containerd store; empty when there is none. */
  readonly imageId: string;
  /** `containerimage.digest`; empty when there is none. */
  readonly digest: string;
  /** The metadata file as JSON, as much of its provenance as the user asked for. */
  readonly json: string;
}

export interface BuiltImage {
  /** `linux/arm64` of a build for several platforms; null when one was built. */
  readonly platform: string | null;
  /** What the variables of a FROM stand for beside the file's own ARGs. Values may be secret: for expanding names only. */
  readonly fromArgs: ReadonlyMap<string, string>;
  /** What to open: `docker-daemon:sha256:…` or `oci:DIR`. */
  readonly reference: string;
  /** Null when the build gave no provenance: `readHistoryOrigins` then tells from the image's history. */
  readonly origins: ImageOrigins | null;
}

export interface StepNode {
  readonly kind: OperationKind;
  /** Indexes of the steps that this one builds on. */
  readonly inputs: readonly number[];
  /** The step's hash whatever the images are that it is built on; null where it is not known. */
  readonly definition: string | null;
  /** The step's hash without what it builds on; null where it is not known. */
  readonly operation: string | null;
  /** Whether it reads files from outside of the build: the context, git, a URL. */
  readonly readsFiles: boolean;
  /** Platforms whose images it leads to, as in `--platform`; absent where nothing tells. */
  readonly platforms?: readonly string[];
}

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
