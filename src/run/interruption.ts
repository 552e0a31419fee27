import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { readInputFile } from '../base/input-file.ts';

/** Processes of processes. */
const MAX_DEPTH = 32;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Leaves nothing behind when a run is broken off: programs that it started end with it (on Linux), and its temporary folder goes, with
 * the tree of a base in it. Nothing else was written: neither the checkout nor its git directory.
 */
export function cleanUpWhenInterrupted(temporaryDir: string): void {
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      try {
        endChildren();
        rmSync(temporaryDir, { recursive: true, force: true, maxRetries: 2 });
      } finally {
        // What a program that ends only now still writes there is cleared by the next run.
        process.exit(128 + constants.signals[signal]);
      }
    });
  }
}

/**
 * Those of a terminal get its signal themselves; a supervisor's goes to this process alone. Linux tells who they are. What
 * they started, a shell above all, ends with them.
 */
function endChildren(parent = process.pid, depth = 0): void {
  let listed = '';
  try {
    listed = readInputFile(`/proc/${parent}/task/${parent}/children`, { maxBytes: 64 * 1024 }).toString();
  } catch {
    return;
  }
  for (const child of listed.split(' ').filter(Boolean).map(Number)) {
    if (depth < MAX_DEPTH) endChildren(child, depth + 1);
    try {
      process.kill(child, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  }
}
