import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** The command line: its source. DEADWEIGHT_CLI names the bundle instead, which starts in a quarter of the time. */
export const COMMAND_LINE = process.env['DEADWEIGHT_CLI'] ?? join(ROOT, 'src/cli/main.ts');

/** Halves the time that a short run takes: the sources are compiled once. */
export const COMPILE_CACHE = join(ROOT, 'node_modules/.cache/deadweight-tests');

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly cwd: string;
  /** The whole environment: nothing of the tests' own reaches the child. */
  readonly env: Readonly<Record<string, string>>;
  /** Sends SIGINT to the child and all that it started, as Ctrl-C does, once standard error has this. */
  readonly interruptAt?: RegExp;
  /** On its standard input; nothing when absent. */
  readonly input?: Uint8Array;
  /** Milliseconds after which it is killed. */
  readonly timeout?: number;
}

/** Runs this Node on a script and waits for its end. A signal counts as the exit code -1. */
export function runNode(script: string, args: readonly string[], options: ChildOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: options.cwd,
      env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.timeout !== undefined && { timeout: options.timeout, killSignal: 'SIGKILL' }),
      // A process group of its own, so that a signal to it reaches nobody else.
      detached: options.interruptAt !== undefined,
    });
    // It may end before it has read all.
    child.stdin.on('error', () => undefined).end(options.input);
    let [stdout, stderr] = ['', ''];
    let interrupted = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (!interrupted && options.interruptAt?.test(stderr) && child.pid !== undefined) {
        interrupted = true;
        process.kill(-child.pid, 'SIGINT');
      }
    });
    child.on('error', reject);
    child.on('close', code => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

/** Variables of the tests' environment by name, where they are set. */
export function inherited(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
