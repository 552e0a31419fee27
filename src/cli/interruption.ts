import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Leaves nothing behind when the user breaks off: the temporary folder, with the checkout of a base in it, and the
 * record of that checkout in the user's repository. Programs that run get the signal of the terminal themselves.
 */
export function cleanUpWhenInterrupted(temporaryDir: string, cwd: string): void {
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      rmSync(temporaryDir, { recursive: true, force: true, maxRetries: 2 });
      try {
        execFileSync('git', ['worktree', 'prune'], { cwd, stdio: 'ignore', timeout: 5000 });
      } catch {
        // No repository here, so no record in it.
      }
      process.exit(128 + constants.signals[signal]);
    });
  }
}
