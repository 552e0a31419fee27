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

/** A live line for long work. Written to a terminal only; everywhere else it is silent. */
export interface Progress {
  /** Replaces the line: `reading docker-daemon:app`, 120 of 400 (bytes, when `total` is known). */
  update(label: string, done: number, total: number | null): void;
  /** Clears the line. */
  clear(): void;
}

/** A live line that nobody sees. */
export const silentProgress: Progress = { update: () => undefined, clear: () => undefined };
