import { type Exec, type ExecOptions, type ExecResult, SilentProgram, SlowProgram } from '../base/effects.ts';
import { endProcesses } from './process-tree.ts';

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
 * Runs programs, silently: what is printed is the caller's business.
 * @param env the environment of programs whose options name none
 */
export function systemExec(env: Readonly<Record<string, string | undefined>>): Exec {
  return {
    async run(program: string, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
      const stdout = new Tail(options.maxOutput ?? MAX_OUTPUT);
      const stderr = new Tail(options.maxOutput ?? MAX_OUTPUT);
      const isBuild = [options.input, options.maxSilence, options.maxTime].every(each => each === undefined);
      const exitCode = await (isBuild ? runBuildProgram : runProgram)(program, args, {
        ...options,
        env: definedOnly(options.env ?? env),
        onStdout: chunk => {
          stdout.push(Buffer.from(chunk));
          options.onStdout?.(chunk);
        },
        onStderr: chunk => {
          stderr.push(Buffer.from(chunk));
          options.onStderr?.(chunk);
        },
      });
      return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
    },
  };
}

type HeardOptions = ExecOptions &
  Required<Pick<ExecOptions, 'onStdout' | 'onStderr'>> & { readonly env: Record<string, string> };

/** Of no use to most inspections, which run no program. Who is about to build has it loaded while something is waited for. */
export function loadBuildExec(): Promise<typeof import('@actions/exec')> {
  return import('@actions/exec');
}

/** A build, which may take as long as it likes and reads no input. */
async function runBuildProgram(
  program: string,
  args: readonly string[],
  { cwd, env, onStdout, onStderr }: HeardOptions,
): Promise<number> {
  const { exec } = await loadBuildExec();
  // The first parameter is a command line, split at blanks: quotes keep a program's path whole.
  return await exec(`"${program}"`, [...args], {
    env,
    ...(cwd === undefined ? {} : { cwd }),
    silent: true,
    ignoreReturnCode: true,
    listeners: { stdout: onStdout, stderr: onStderr },
  });
}

/** Milliseconds for which output is waited for when a program has ended: a daemon that it started may keep it open. */
const MAX_AFTER_END = 10_000;

/**
 * A program that gets input, or that is ended when it is silent for too long. Not through @actions/exec: there a program that
 * ends before it has read its input ends this process, too, and none can be ended.
 */
async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env, input, maxSilence, maxTime, onStdout, onStderr }: HeardOptions,
): Promise<number> {
  // Loaded here: most inspections run no program.
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const stdin = input === undefined ? 'ignore' : 'pipe';
    const child = spawn(program, args, { cwd, env, stdio: [stdin, 'pipe', 'pipe'] });
    const silence =
      maxSilence === undefined
        ? null
        : setTimeout(() => giveUp(new SilentProgram(program, maxSilence)), maxSilence);
    const limit =
      maxTime === undefined ? null : setTimeout(() => giveUp(new SlowProgram(program, maxTime)), maxTime);
    const timers = [silence, limit].filter(timer => timer !== null);
    let late: NodeJS.Timeout | null = null;
    const end = (): void => {
      for (const timer of timers) clearTimeout(timer);
      if (late !== null) clearTimeout(late);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(child.exitCode ?? 1);
    };
    function giveUp(why: Error): void {
      const { pid } = child;
      if (pid !== undefined) endProcesses(found => found.add(pid));
      reject(why);
      end();
    }
    const heard = (listener: (chunk: Uint8Array) => void) => (chunk: Buffer) => {
      silence?.refresh();
      listener(chunk);
    };
    child.on('error', error => {
      reject(error);
      end();
    });
    child.on('close', end);
    child.on('exit', () => {
      for (const timer of timers) clearTimeout(timer);
      late = setTimeout(end, MAX_AFTER_END);
    });
    child.stdout?.on('data', heard(onStdout));
    child.stderr?.on('data', heard(onStderr));
    // How it ends tells whether it should have read all of it.
    child.stdin?.on('error', () => undefined).end(input);
  });
}
