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
      const place = {
        env: definedOnly(options.env ?? env),
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      };
      const listeners: Listeners = {
        stdout: chunk => {
          stdout.push(chunk);
          options.onStdout?.(chunk);
        },
        stderr: chunk => {
          stderr.push(chunk);
          options.onStderr?.(chunk);
        },
      };
      if (options.input !== undefined) {
        const exitCode = await runWithInput(program, args, place, options.input, listeners);
        return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
      }
      // Loaded here: most inspections run no program.
      const { exec } = await import('@actions/exec');
      // The first parameter is a command line, split at blanks: quotes keep a program's path whole.
      const exitCode = await exec(`"${program}"`, [...args], {
        ...place,
        silent: true,
        ignoreReturnCode: true,
        listeners,
      });
      return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
    },
  };
}

interface Listeners {
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
}

/** Not through @actions/exec: there a program that ends before it has read its input ends this process, too. */
async function runWithInput(
  program: string,
  args: readonly string[],
  place: { readonly env: Record<string, string>; readonly cwd?: string },
  input: Uint8Array,
  { stdout, stderr }: Listeners,
): Promise<number> {
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...place, stdio: 'pipe' });
    child.on('error', reject).on('close', code => resolve(code ?? 1));
    child.stdout.on('data', stdout);
    child.stderr.on('data', stderr);
    // How it ends tells whether it should have read all of it.
    child.stdin.on('error', () => undefined).end(input);
  });
}
