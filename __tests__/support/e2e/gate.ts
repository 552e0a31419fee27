import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { folderOf } from '../folder.ts';

/** A place where what a run starts stands still for as long as the gate is shut, and tells that it is there. */
export interface Gate {
  /** What holds, and then becomes the program of its arguments: `HOLD git-upload-pack`. */
  readonly hold: string;
  shut(): Promise<void>;
  open(): Promise<void>;
  /** Whether something has come to the gate since it was shut. */
  isReached(): boolean;
}

export async function gateOf(): Promise<Gate> {
  const folder = await folderOf();
  const [hold, isShut, isReached] = ['hold', 'shut', 'reached'].map(name => join(folder, name));
  if (hold === undefined || isShut === undefined || isReached === undefined) throw new Error('no folder');
  await writeFile(
    hold,
    `#!/bin/sh\nif [ -e ${isShut} ]; then : > ${isReached}; fi\nwhile [ -e ${isShut} ]; do sleep 0.1; done\nexec "$@"\n`,
  );
  await chmod(hold, 0o755);
  return {
    hold,
    async shut() {
      await rm(isReached, { force: true });
      await writeFile(isShut, '');
    },
    open: () => rm(isShut, { force: true }),
    isReached: () => existsSync(isReached),
  };
}

/** Waits for something that happens elsewhere. @throws when it has not happened within a minute */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 3000; tries += 1) {
    if (await isSo()) return;
    await wait(20);
  }
  throw new Error(`${what} did not happen`);
}
