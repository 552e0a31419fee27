export interface ExecOptions {
  readonly cwd?: string;
  /** The whole environment of the child; the parent's when absent. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array;
  /** Called with each chunk as it arrives; what is streamed is still collected, up to `maxOutput`. */
  readonly onStdout?: (chunk: Uint8Array) => void;
  readonly onStderr?: (chunk: Uint8Array) => void;
  /** Bytes kept of each stream (its end is kept); 16 MiB when absent. */
  readonly maxOutput?: number;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program with arguments as an array, never through a shell. */
export interface Exec {
  /**
   * Resolves with the exit code, whatever it is.
   * @throws an Error whose message names the program when it is not on the PATH or cannot be started.
   */
  run(program: string, args: readonly string[], options?: ExecOptions): Promise<ExecResult>;
}
