/**
 * What the world outside is to the code: it is handed these, and only `run/` and the entries make them.
 */

/** Where messages for people go. Implementations: a terminal, a runner's log, nothing. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  /** Runs `body` inside a foldable group where the medium has such. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
}

/** How a program is run. */
export interface ExecOptions {
  readonly cwd?: string;
  /** The whole environment of the child; the parent's when absent. */
  readonly env?: Readonly<Record<string, string>>;
  /** For its standard input, which ends behind it. What may read there needs one, an empty one at least: it would wait for it. */
  readonly input?: Uint8Array;
  /** Called with each chunk as it arrives; what is streamed is still collected, up to `maxOutput`. */
  readonly onStdout?: (chunk: Uint8Array) => void;
  readonly onStderr?: (chunk: Uint8Array) => void;
  /** Bytes kept of each stream (its end is kept); 16 MiB when absent. */
  readonly maxOutput?: number;
  /**
   * Milliseconds without a byte of output after which the program is ended, with all that it started. Programs that do
   * the user's own work have none: a build and the command of prepare may be silent as long as they like.
   */
  readonly maxSilence?: number;
  /** Milliseconds after which the program is ended, with all that it started, whatever it says. */
  readonly maxTime?: number;
}

/** How a program ended. */
export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program with arguments as an array, never through a shell. */
export interface Exec {
  /**
   * Resolves with the exit code, whatever it is.
   * @throws SilentProgram when it was ended for its silence
   * @throws SlowProgram when it was ended as it took too long
   * @throws an Error whose message names the program when it is not on the PATH or cannot be started.
   */
  run(program: string, args: readonly string[], options?: ExecOptions): Promise<ExecResult>;
}

/** A program that said nothing for so long that it was ended. */
export class SilentProgram extends Error {
  /** @param milliseconds of silence */
  constructor(program: string, milliseconds: number) {
    super(`${program} said nothing for ${milliseconds / 1000} seconds and was ended`);
  }
}

/** A program that took so long that it was ended. */
export class SlowProgram extends Error {
  /** @param milliseconds it was given */
  constructor(program: string, milliseconds: number) {
    super(`${program} took longer than ${milliseconds / 1000} seconds and was ended`);
  }
}

/** Time, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Work that may take a while, as it is shown meanwhile. */
export interface Work {
  /** What is done, as a line begins: `Reading docker-daemon:app:1`. May hold untrusted text. */
  readonly label: string;
  /** Stands there instead until something is counted: `Waiting for the engine to send app:1`. */
  readonly waiting?: string;
  /** Bytes that there are to do; null or absent where nobody knows. */
  readonly total?: number | null;
  /** Whether `total` is only about right. */
  readonly isEstimate?: boolean;
  /** Whether it is known to take long, and to leave this thread no time to show it later: it is shown at once. */
  readonly isLong?: boolean;
}

/** Counts bytes that were done since it was called last. */
export type CountBytes = (bytes: number) => void;

/** Shows what takes a while to whoever waits for it; nothing where nobody does. */
export interface Progress {
  /** Shows `work` for as long as `body` runs, which counts what it has done where that can be counted. */
  show<T>(work: Work, body: (count: CountBytes) => Promise<T>): Promise<T>;
}

/** Progress that nobody sees. */
export const silentProgress: Progress = { show: (_work, body) => body(() => undefined) };
