import { readFile } from 'node:fs/promises';
import { systemErrorCode } from '../base/errors.ts';
import type { Environment } from '../run/environment.ts';

/** The text of the file that the runner wrote about the event; an empty object where there is none. */
export async function eventPayload({ env }: Environment): Promise<string> {
  const path = env['GITHUB_EVENT_PATH'];
  try {
    return path ? await readFile(path, 'utf8') : '{}';
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return '{}';
    throw error;
  }
}
