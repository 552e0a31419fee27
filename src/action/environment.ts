import { mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { Log } from '../base/log.ts';
import { silentProgress } from '../base/progress.ts';
import { withoutCommands } from '../base/untrusted-text.ts';
import { actionsExec } from '../run/actions-exec.ts';
import type { Environment } from '../run/environment.ts';
import { hostPlatform } from '../run/weigh/host-platform.ts';
import { actionsCache } from './actions-cache.ts';

const log: Log = {
  debug: message => core.debug(message),
  info: message => core.info(withoutCommands(message)),
  warn: message => core.warning(message),
  error: message => core.error(message),
  group: (title, body) => core.group(withoutCommands(title), body),
};

/** The effects of the Action: messages go to the runner's log. */
export async function actionEnvironment(): Promise<Environment> {
  const { env } = process;
  const temporaryDir = await mkdtemp(join(env['RUNNER_TEMP'] || tmpdir(), 'deadweight-'));
  return {
    env,
    cwd: process.cwd(),
    homeDir: homedir(),
    temporaryDir,
    cacheDir: join(temporaryDir, 'scans'),
    snapshotCache: actionsCache(env, homedir(), log),
    hostPlatform: hostPlatform(process.arch),
    exec: actionsExec(env),
    log,
    clock: { now: () => Date.now() },
    progress: silentProgress,
  };
}
