import type { Exec, ExecOptions, ExecResult } from '../base/effects.ts';

const MAX_OUTPUT = 16 * 1024 * 1024;

/** The end of a stream, in chunks, never more than `limit` bytes by more than one chunk. */
class Tail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    for (
      let first = this.#chunks[0];
      first && this.#length - first.length > this.#limit;
      first = this.#chunks[0]
    ) {
      this.#chunks.shift();
      this.#length -= first.length;
    }
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

/** An environment as programs get it: without the variables that are not set. */
export function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

/**
 * Runs programs through @actions/exec, silently: what is printed is the caller's business.
 * @param env the environment of programs whose options name none
 */
export function actionsExec(env: Readonly<Record<string, string | undefined>>): Exec {
  return {
    async run(program: string, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
      const stdout = new Tail(options.maxOutput ?? MAX_OUTPUT);
      const stderr = new Tail(options.maxOutput ?? MAX_OUTPUT);
      // Loaded here: most inspections run no program.
      const { exec } = await import('@actions/exec');
      // The first parameter is a command line, split at blanks: quotes keep a program's path whole.
      const exitCode = await exec(`"${program}"`, [...args], {
        env: definedOnly(options.env ?? env),
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.input === undefined ? {} : { input: Buffer.from(options.input) }),
        silent: true,
        ignoreReturnCode: true,
        listeners: {
          stdout: chunk => {
            stdout.push(chunk);
            options.onStdout?.(chunk);
          },
          stderr: chunk => {
            stderr.push(chunk);
            options.onStderr?.(chunk);
          },
        },
      });
      return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
    },
  };
}
