import { readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { readInputFile } from './input-file.ts';

/**
 * What a process writes down beside what it has made, so that a later one can tell whether it still runs: `PID MACHINE`.
 */
export async function describeOwner(): Promise<string> {
  return `${process.pid} ${await machine()}`;
}

/** What a process wrote down in a file; empty where there is none. */
export function readOwner(path: string): string {
  try {
    return readInputFile(path, { maxBytes: 4096, followsLink: false }).toString('utf8');
  } catch {
    return '';
  }
}

/**
 * Whether the process that wrote this down has ended. Processes of other machines and containers, which may share a
 * folder, cannot be seen from here: of those it is not known.
 */
export async function hasEnded(owner: string): Promise<boolean> {
  const [, pid, where] = /^(\d+) (.*)$/s.exec(owner) ?? [];
  return pid !== undefined && where === (await machine()) && !isAlive(Number(pid));
}

async function machine(): Promise<string> {
  return `${hostname()} ${await readlink('/proc/self/ns/pid').catch(() => '')}`;
}

/** Whether there is such a process, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
