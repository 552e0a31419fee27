import { type Platform, parsePlatform } from '../../base/platform.ts';
import type { BaselineRequest } from '../../baseline/baseline-request.ts';
import type { Budget } from '../../budget/budget.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';

/** Budget texts as they were given, by budget name: `450MB`, `warn 400MB, fail 450MB`. They win over the file's. */
export type BudgetTexts = Readonly<Record<string, string>>;

/** Where reports go; null writes none. `-` is standard output. */
export interface OutputFiles {
  readonly json: string | null;
  readonly markdown: string | null;
  readonly snapshot: string | null;
}

/** What every command takes. */
export interface Settings {
  /** Path of the configuration file; null takes the one in the working directory, if any. */
  readonly config: string | null;
  readonly budgets: BudgetTexts;
  /** Path of a .dive-ci file; false ignores it; null takes the one in the working directory, if any. */
  readonly diveCi: string | false | null;
  readonly title: string | null;
  /** `linux/arm64`; null takes the host's. */
  readonly platform: string | null;
  readonly output: OutputFiles;
}

/** null takes the host's. */
export function wantedPlatform({ platform }: Pick<Settings, 'platform'>): Platform | null {
  return platform === null ? null : parsePlatform(platform);
}

export interface BuildRequest {
  readonly command: 'build';
  readonly settings: Settings;
  readonly inputs: BuildInputs;
  /** null compares with nothing. */
  readonly baseline: BaselineRequest | null;
  /** Whether to build the Dockerfile with each fix, to see what it saves. */
  readonly proves: boolean;
}

export interface InspectRequest {
  readonly command: 'inspect';
  readonly settings: Settings;
  readonly reference: string;
  /** An image whose layers are the base layers; null leaves the base unknown. */
  readonly base: string | null;
  readonly verify: boolean;
  /** Whether to look for findings and packages, too. */
  readonly finds: boolean;
}

export interface DiffRequest {
  readonly command: 'diff';
  readonly settings: Settings;
  /** Images as the command line takes them, or paths of snapshots. */
  readonly base: string;
  readonly head: string;
}

export interface FixRequest {
  readonly command: 'fix';
  readonly inputs: BuildInputs;
  readonly title: string | null;
  /** Whether to build the Dockerfile with each fix, and with all. */
  readonly proves: boolean;
  /** Whether to write the files; they are only shown otherwise. */
  readonly writes: boolean;
  /** Where the JSON report goes; null writes none. `-` is standard output. */
  readonly json: string | null;
}

/** What ends in a report on an image. */
export type WeighingRequest = BuildRequest | InspectRequest | DiffRequest;

export type Request = WeighingRequest | FixRequest;

/** The settings after the configuration file was read. */
export interface ResolvedSettings {
  readonly title: string | null;
  readonly budgets: readonly Budget[];
  readonly comment: CommentPolicy | null;
}

export type CommentPolicy = 'auto' | 'always' | 'on-change' | 'on-failure' | 'never';
