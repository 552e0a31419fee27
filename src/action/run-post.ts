import { basename } from 'node:path';
import * as core from '@actions/core';
import { isRunFolderName } from '../base/run-folder-name.ts';
import { removeRunFolder } from '../run/run-folder.ts';
import { summarizeBuild } from './build-summary.ts';
import { runnerEvent } from './github.ts';

const FOLDER = 'temporary-folder';

/** Names the folder of the run, which goes when the job's other steps are over. */
export function rememberFolder(
  temporaryDir: string,
  env: Readonly<Record<string, string | undefined>>,
): void {
  if (env['GITHUB_STATE']) core.saveState(FOLDER, temporaryDir);
}

/** The folder of the step that is over; empty in the step itself. */
export function folderToClear(): string {
  return core.getState(FOLDER);
}

/** What is left to do when all steps of the job are over: the summary of the build, and no folder. */
export async function runPost(temporaryDir: string): Promise<void> {
  const { env } = process;
  try {
    await summarizeBuild(await runnerEvent(env), temporaryDir, env);
  } finally {
    if (isRunFolderName(basename(temporaryDir))) {
      await core.group(`Removing ${temporaryDir}`, async () => removeRunFolder(temporaryDir));
    }
  }
}
