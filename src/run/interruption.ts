import { constants } from 'node:os';
import { removeNow } from '../base/partial-output.ts';
import type { UnfinishedPaths } from '../image/targets/image-target.ts';
import { endProcesses, findDescendants } from './process-tree.ts';
import { removeRunFolder } from './run-folder.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Leaves nothing behind when a run is broken off: programs that it started end with it (on Linux), and its folders go,
 * with the tree of a base and half an export in them. Nothing else was written: neither the checkout nor its git directory.
 * All of it happens in one turn, so that the run does not go on meanwhile.
 * @param folders of the run, as they are then
 * @param unfinished outputs that are half there
 */
export function cleanUpWhenInterrupted(folders: () => readonly string[], unfinished: UnfinishedPaths): void {
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      try {
        endProcesses(found => findDescendants(process.pid, found));
        // Where something is left of a folder, its record is too, and the next run clears it.
        for (const folder of folders()) removeRunFolder(folder);
        removeNow(unfinished.files, unfinished.folders);
      } finally {
        process.exit(128 + constants.signals[signal]);
      }
    });
  }
}
