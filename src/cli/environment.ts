import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { actionsExec } from '../run/actions-exec.ts';
import type { Environment } from '../run/environment.ts';
import { terminalLog, terminalProgress } from '../run/terminal.ts';
import { hostPlatform } from '../run/weigh/host-platform.ts';

export interface CommandLineEnvironment extends Environment {
  /** Removes the temporary files. */
  dispose(): Promise<void>;
}

function cacheDir(env: NodeJS.ProcessEnv): string | null {
  if (env['DEADWEIGHT_CACHE_DIR'] === '') return null;
  const home =
    env['XDG_CACHE_HOME'] || join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  return env['DEADWEIGHT_CACHE_DIR'] || join(home, 'deadweight', 'scans');
}

/** The effects of the command line: messages and progress go to standard error. */
export async function commandLineEnvironment(options: {
  readonly quiet: boolean;
  readonly debug: boolean;
}): Promise<CommandLineEnvironment> {
  const temporaryDir = await mkdtemp(join(tmpdir(), 'deadweight-'));
  const terminal = { stream: process.stderr, ...options };
  const clock = { now: () => Date.now() };
  return {
    env: process.env,
    cwd: process.cwd(),
    homeDir: homedir(),
    temporaryDir,
    cacheDir: cacheDir(process.env),
    snapshotCache: null,
    hostPlatform: hostPlatform(process.arch),
    exec: actionsExec(process.env),
    log: terminalLog(terminal),
    clock,
    progress: terminalProgress(terminal, clock.now),
    dispose: () => rm(temporaryDir, { recursive: true, force: true }),
  };
}
