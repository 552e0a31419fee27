import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changeFiles, folderOf } from '../folder.ts';
import type { Places } from './canaries.ts';

export interface RecordedPrograms {
  /** A PATH that finds them first. */
  readonly path: string;
  /** The command line of each that was started, as all users of the machine can read it: `/proc/PID/cmdline`. */
  commandLines(): Promise<Places>;
  /** Their environments, as their owner can read them: `/proc/PID/environ`. */
  environments(): Promise<Places>;
}

/**
 * Programs that write down how they were started, and go on as what they stand for.
 * @param programs by their name, the program that goes on
 * @param path where the others are found
 */
export async function recordedPrograms(
  programs: Readonly<Record<string, string>>,
  path: string = process.env['PATH'] ?? '',
): Promise<RecordedPrograms> {
  const folder = await folderOf();
  const calls = join(folder, 'calls');
  await mkdir(calls);
  for (const [name, program] of Object.entries(programs)) {
    const copy = (what: string): string => `cat "/proc/$$/${what}" >"${calls}/${name}.$$.${what}"`;
    const script = `#!/bin/sh\n${copy('cmdline')}\n${copy('environ')}\nexec '${program}' "$@"\n`;
    await changeFiles(folder, { [name]: { program: script } });
  }
  const read = async (what: string): Promise<Places> => {
    const names = (await readdir(calls)).filter(name => name.endsWith(`.${what}`));
    const texts = names.map(async name => [name, await readFile(join(calls, name))] as const);
    return Object.fromEntries(await Promise.all(texts));
  };
  return {
    path: `${folder}:${path}`,
    commandLines: () => read('cmdline'),
    environments: () => read('environ'),
  };
}
