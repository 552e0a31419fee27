import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Log } from '../base/effects.ts';
import { createDiskScanStore, noScanStore } from '../layer/scan-store.ts';
import { actionsExec } from '../run/actions-exec.ts';
import { type Environment, hostPlatform } from '../run/environment.ts';
import { terminalLog, terminalProgress } from '../run/terminal.ts';
import { type BuildDisplay, liveDisplay, loggedDisplay, silentDisplay } from '../run/weigh/build-display.ts';

export interface CommandLineEnvironment extends Environment {
  /** Removes the temporary files. */
  dispose(): Promise<void>;
}

/** Where scans are kept between runs; null keeps none. */
function scanDir(env: NodeJS.ProcessEnv): string | null {
  if (env['DEADWEIGHT_CACHE_DIR'] === '') return null;
  const home =
    env['XDG_CACHE_HOME'] || join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  return env['DEADWEIGHT_CACHE_DIR'] || join(home, 'deadweight', 'scans');
}

function displayFor(quiet: boolean, log: Log, clock: Clock): BuildDisplay {
  if (quiet) return silentDisplay;
  return process.stderr.isTTY ? liveDisplay(process.stderr, clock.now) : loggedDisplay(log);
}

/** The effects of the command line: messages and progress go to standard error. */
export async function commandLineEnvironment(options: {
  readonly quiet: boolean;
  readonly debug: boolean;
}): Promise<CommandLineEnvironment> {
  const temporaryDir = await mkdtemp(join(tmpdir(), 'deadweight-'));
  const terminal = { stream: process.stderr, ...options };
  const clock = { now: () => Date.now() };
  const log = terminalLog(terminal);
  const scans = scanDir(process.env);
  return {
    env: process.env,
    cwd: process.cwd(),
    homeDir: homedir(),
    temporaryDir,
    scanStore: scans === null ? noScanStore : createDiskScanStore(scans, log),
    snapshotCache: null,
    hostPlatform: hostPlatform(process.arch),
    exec: actionsExec(process.env),
    log,
    clock,
    progress: terminalProgress(terminal, clock.now),
    display: displayFor(options.quiet, log, clock),
    dispose: () => rm(temporaryDir, { recursive: true, force: true }),
  };
}
