import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeadweightError, systemErrorCode, systemReason } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import type { BuildInputs } from './build-inputs.ts';
import { csvLine } from './input-list.ts';

/** A file that the build needs for as long as it runs: written for the owner's eyes only, and removed afterwards. */
export interface PlannedFile {
  readonly path: string;
  readonly content: string;
}

interface PlannedSecrets {
  readonly args: readonly string[];
  readonly files: readonly PlannedFile[];
  readonly notices: readonly Notice[];
}

/**
 * Secrets as `--secret` arguments. Values never stand on the command line: they go to files in `folder`.
 * A secret without a value or a file is left out with a notice, as pull requests from forks have none.
 * @param isMissing whether there is no file at a path
 */
export function planSecrets(
  inputs: BuildInputs,
  folder: string,
  isMissing: (path: string) => boolean = () => false,
): PlannedSecrets {
  const args: string[] = [];
  const files: PlannedFile[] = [];
  const notices: Notice[] = [];
  const add = (input: string, entries: readonly string[], specOf: (value: string) => string): void => {
    for (const entry of entries) {
      const equals = entry.indexOf('=');
      const id = entry.slice(0, Math.max(equals, 0)).trim();
      const value = equals < 0 ? '' : entry.slice(equals + 1);
      const isLost = input === 'secret-files' && value !== '' && isMissing(value);
      if (id !== '' && value !== '' && !isLost) args.push('--secret', csvLine([`id=${id}`, specOf(value)]));
      else
        notices.push(
          leftOut(input, id, isLost ? `whose file ${value} does not exist` : 'which has no value'),
        );
    }
  };
  add('secret-envs', inputs['secret-envs'], variable => `env=${variable}`);
  add('secrets', inputs.secrets, content => {
    const path = join(folder, `secret-${files.length}`);
    files.push({ path, content });
    return `src=${path}`;
  });
  add('secret-files', inputs['secret-files'], path => `src=${path}`);
  for (const spec of inputs['secret-specs']) args.push('--secret', spec);
  return { args, files, notices };
}

/** @param why of a secret with a name; no value is shown, which a path is not */
function leftOut(input: string, id: string, why: string): Notice {
  const which =
    id === ''
      ? `An entry of ${input} that is not of the form id=value`
      : `The secret ${id} of ${input}, ${why},`;
  return { code: 'secret-left-out', message: `${which} was left out of the build.` };
}

/**
 * Runs `body` while the files exist, readable by their owner alone.
 * @throws DeadweightError `disk-full`, `permission-denied`
 */
export async function withFiles<T>(files: readonly PlannedFile[], body: () => Promise<T>): Promise<T> {
  try {
    for (const { path, content } of files) await write(path, content);
    return await body();
  } finally {
    await Promise.all(files.map(({ path }) => rm(path, { force: true })));
  }
}

async function write(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const isFull = systemErrorCode(cause) === 'ENOSPC';
    throw new DeadweightError(isFull ? 'disk-full' : 'permission-denied', {
      message: `A file that the build needs cannot be written: ${systemReason(cause)}.`,
      remedy: isFull ? 'Free space for temporary files.' : 'Point TMPDIR at a writable directory.',
      cause,
    });
  }
}
