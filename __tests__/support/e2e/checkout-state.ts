import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { git } from '../git/repository.ts';

/**
 * All of a checkout that a run must leave as it was: files and folders with their modes, times and contents, those of
 * `.git` too, its index and its hooks among them; worktrees; and what `git status` says.
 */
export async function checkoutState(directory: string): Promise<Readonly<Record<string, string>>> {
  const state: Record<string, string> = {};
  for (const path of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const stats = lstatSync(join(directory, path));
    const content = stats.isFile()
      ? createHash('sha256')
          .update(readFileSync(join(directory, path)))
          .digest('hex')
      : stats.isSymbolicLink()
        ? readlinkSync(join(directory, path))
        : '';
    state[path] = [stats.mode.toString(8), stats.mtimeMs, content].join(' ');
  }
  // The command of a user may refresh the index: this one does not.
  state['git status'] = await git(directory, '--no-optional-locks', 'status', '--porcelain', '--ignored');
  state['git worktree list'] = await git(directory, 'worktree', 'list', '--porcelain');
  return state;
}

/** Command lines of the processes that have a variable of this value, which those that they start have, too. */
export function processesWith(name: string, value: string): readonly string[] {
  return readdirSync('/proc')
    .filter(id => /^\d+$/.test(id))
    .flatMap(id => {
      try {
        const env = readFileSync(`/proc/${id}/environ`, 'latin1').split('\0');
        if (!env.includes(`${name}=${value}`)) return [];
        return [`${id} ${readFileSync(`/proc/${id}/cmdline`, 'latin1').replaceAll('\0', ' ')}`];
      } catch {
        // It has ended, or is another user's.
        return [];
      }
    });
}
