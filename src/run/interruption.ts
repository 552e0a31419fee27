import { readdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { readInputFile } from '../base/input-file.ts';

/** Processes of processes. */
const MAX_DEPTH = 32;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long programs may take to end by themselves: a runner kills a step 10 s after it was cancelled. Milliseconds. */
const MAX_WAIT = 3000;
const WAIT = 20;

/**
 * Leaves nothing behind when a run is broken off: programs that it started end before it (on Linux), and its temporary folder goes, with
 * the tree of a base in it. Nothing else was written: neither the checkout nor its git directory.
 */
export function cleanUpWhenInterrupted(temporaryDir: string): void {
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      try {
        endChildren();
        rmSync(temporaryDir, { recursive: true, force: true, maxRetries: 2 });
      } finally {
        process.exit(128 + constants.signals[signal]);
      }
    });
  }
}

/**
 * Those of a terminal get its signal themselves; a supervisor's goes to this process alone. Linux tells who they are. What
 * they started, a shell above all, ends with them. One that does not end by itself is killed.
 */
function endChildren(): void {
  const started = stopDescendants(process.pid);
  for (const pid of started) {
    send(pid, 'SIGTERM');
    send(pid, 'SIGCONT');
  }
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; waited < MAX_WAIT && started.some(isRunning); waited += WAIT) {
    Atomics.wait(clock, 0, 0, WAIT);
  }
  for (const pid of started.filter(isRunning)) send(pid, 'SIGKILL');
}

/** Stopped, none of them starts another that would not be found. @returns their ids */
function stopDescendants(parent: number, depth = 0): readonly number[] {
  if (depth > MAX_DEPTH) return [];
  return listChildren(parent).flatMap(child => {
    send(child, 'SIGSTOP');
    return [child, ...stopDescendants(child, depth + 1)];
  });
}

/** A child is one of the thread that started it. */
function listChildren(parent: number): readonly number[] {
  const children: number[] = [];
  for (const thread of listThreads(parent)) {
    children.push(...readProcess(`${parent}/task/${thread}/children`).split(' ').filter(Boolean).map(Number));
  }
  return children;
}

/** Empty where there is no such process, or no Linux. */
function listThreads(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Whether it does not wait, ended, for whoever started it to ask. */
function isRunning(pid: number): boolean {
  const status = readProcess(`${pid}/stat`);
  return status !== '' && !/^[ZX]/.test(status.slice(status.lastIndexOf(')') + 2));
}

/** Empty where there is no such process. */
function readProcess(path: string): string {
  try {
    return readInputFile(`/proc/${path}`, { maxBytes: 64 * 1024 }).toString();
  } catch {
    return '';
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
