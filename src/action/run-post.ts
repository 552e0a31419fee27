import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import * as core from '@actions/core';
import { messageOf } from '../base/errors.ts';
import { isRunFolderName } from '../base/run-folder-name.ts';
import { jobScans } from '../run/cache-directories.ts';
import { removeRunFolder } from '../run/run-folder.ts';
import { secretMask } from '../run/secret-values.ts';
import { summarizeBuild } from './build-summary.ts';

type Env = Readonly<Record<string, string | undefined>>;

const PHASE = 'is-post';
const FOLDER = 'temporary-folder';

/** Whether the step is over, and the runner starts it once more to clean up. */
export function isPost(): boolean {
  return core.getState(PHASE) !== '';
}

/**
 * Says that the next start is the one that cleans up. Comes before all else: whatever ends the step later, a wrong
 * input or the user, must not make that start a second build.
 */
export function announcePost(env: Env): void {
  save(PHASE, 'true', env);
}

/** Names the folder of the run, which goes when the job's other steps are over. */
export function rememberFolder(temporaryDir: string, env: Env): void {
  save(FOLDER, temporaryDir, env);
}

/** Outside of a runner nothing is kept, and nothing starts the step again. */
function save(name: string, value: string, env: Env): void {
  if (env['GITHUB_STATE']) core.saveState(name, value);
}

/**
 * What is left to do when all steps of the job are over: the summary of the build, and no folder. A step that ended
 * early left neither. The step has its result: what fails here is a warning.
 */
export async function runPost(env: Env): Promise<void> {
  const temporaryDir = core.getState(FOLDER);
  if (!isRunFolderName(basename(temporaryDir))) return;
  try {
    await summarizeBuild(temporaryDir, env);
    await core.group(`Removing ${temporaryDir}`, async () => removeRunFolder(temporaryDir));
    // No step is left that weighs. Most runners clear the folder above it, too.
    if (env['RUNNER_TEMP']) await rm(jobScans(env['RUNNER_TEMP']), { recursive: true, force: true });
  } catch (error) {
    core.warning(secretMask(null, env).failure(`${temporaryDir} was not removed: ${messageOf(error)}`));
  }
}
