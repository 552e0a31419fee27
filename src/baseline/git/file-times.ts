import { Buffer } from 'node:buffer';
import { lstatSync, lutimesSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../../base/errors.ts';
import type { Git } from './git.ts';

/** A file or a symbolic link that was copied from one folder into another. */
export interface FileCopy {
  /** Relative to the folder that it comes from. */
  readonly path: string;
  /** Relative to the folder that it is in. */
  readonly place: string;
  readonly isLink: boolean;
}

/** Of one program's arguments: every system takes twice as many. Bytes. */
const MAX_ARGUMENTS = 100_000;

/**
 * Gives copies the times of what they were copied from, to the nanosecond. Where a step writes a file that a layer below has
 * as well, a store takes it for the same by its time (containerd's `sameFile`, in continuity/fs/path.go): it is kept once
 * or twice. Node loses the last digits of a time, so `cp` does it, as GNU's and those like it can. Where there is no such
 * `cp`, times are right to a quarter of a microsecond, unless what made the copies kept them (as on macOS).
 * @param from git in the folder that the files come from
 * @param to has the copies: what is not there would be made
 */
export async function keepTimes(from: Git, to: string, copies: readonly FileCopy[]): Promise<void> {
  const renamed = copies.filter(({ path, place }) => path !== place);
  const others = copies.filter(({ path, place }) => path === place);
  const failed: FileCopy[] = [...renamed];
  for (const isLink of [false, true]) {
    for (const some of batchesOf(others.filter(copy => copy.isLink === isLink))) {
      if (!(await copyTimes(from, to, some, isLink))) failed.push(...some);
    }
  }
  for (const { path, place } of failed) approximateTimes(join(from.directory, path), join(to, place));
}

/** @returns whether all of them have their times */
async function copyTimes(
  from: Git,
  to: string,
  copies: readonly FileCopy[],
  isLink: boolean,
): Promise<boolean> {
  // A link cannot be opened: it is made anew.
  const how = isLink ? '--remove-destination' : '--attributes-only';
  const options = [how, '--no-dereference', '--preserve=timestamps', '--parents', '-t', to, '--'];
  try {
    const { exitCode } = await from.attemptProgram('cp', [...options, ...copies.map(({ path }) => path)]);
    return exitCode === 0;
  } catch {
    // There is none.
    return false;
  }
}

function approximateTimes(source: string, target: string): void {
  try {
    const { atimeNs, mtimeNs } = lstatSync(source, { bigint: true });
    if (lstatSync(target, { bigint: true }).mtimeNs === mtimeNs) return;
    lutimesSync(target, Number(atimeNs) / 1e9, Number(mtimeNs) / 1e9);
  } catch (error) {
    // A file that has gone meanwhile, or that takes no times.
    if (systemErrorCode(error) === null) throw error;
  }
}

function batchesOf(copies: readonly FileCopy[]): readonly (readonly FileCopy[])[] {
  const batches: FileCopy[][] = [];
  let bytes = MAX_ARGUMENTS;
  for (const copy of copies) {
    if (bytes >= MAX_ARGUMENTS) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(copy);
    bytes += Buffer.byteLength(copy.path) + 1;
  }
  return batches;
}
