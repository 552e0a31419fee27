import { spawn } from 'node:child_process';
import { COMPILE_CACHE, type Ended } from './child-process.ts';
import { until } from './gate.ts';

/** A variable that marks a run, and all that it starts. */
export const MARK = 'DEADWEIGHT_TEST_RUN';

export interface StartedRun {
  /** To the program alone, as a supervisor sends it. */
  kill(signal: NodeJS.Signals): void;
  /** A signal that ended it counts as 128 and its number, as a shell has it; what it printed is cut off there. */
  readonly ended: Promise<Ended & { readonly signal: NodeJS.Signals | null }>;
  /** Waits until it has come to some place. @throws with what it printed when it ends before */
  comesTo(place: string, isThere: () => boolean): Promise<void>;
}

/** Starts this Node on a script, to be broken off. */
export function startRun(
  script: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): StartedRun {
  const child = spawn(process.execPath, [script, ...args], {
    cwd,
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr, isOver] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const ended = new Promise<Awaited<StartedRun['ended']>>((resolve, reject) => {
    // Not `close`: what it left behind may hold its streams.
    child.on('error', reject).on('exit', (code, signal) => {
      isOver = true;
      setImmediate(() => resolve({ code: code ?? -1, signal, stdout, stderr }));
    });
  });
  return {
    kill: signal => void child.kill(signal),
    ended,
    async comesTo(place, isThere) {
      await until(() => isOver || isThere(), place);
      if (isOver) throw new Error(`The run ended before ${place}.\n${stdout}\n${stderr}`);
    },
  };
}
