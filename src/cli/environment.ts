import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Log, type Progress, silentProgress } from '../base/effects.ts';
import { GitRun } from '../baseline/git/git-run.ts';
import { createDiskScanStore, DEFAULT_STORE_SIZE, noScanStore } from '../layer/scan-store.ts';
import { findCacheDirectories } from '../run/cache-directories.ts';
import type { OptionValues } from '../run/config/options.ts';
import { type Environment, hostPlatform } from '../run/environment.ts';
import { ExportLayouts } from '../run/export-layouts.ts';
import { DEFAULT_KEPT_SIZE } from '../run/kept-layers.ts';
import { LiveArea } from '../run/live-area.ts';
import { systemExec } from '../run/program-exec.ts';
import { liveProgress } from '../run/progress/live-progress.ts';
import { loggedProgress } from '../run/progress/logged-progress.ts';
import { makeRunFolder, removeRunFolder } from '../run/run-folder.ts';
import type { SecretMask } from '../run/secret-values.ts';
import { readStandardInput } from '../run/standard-input.ts';
import { terminalLog } from '../run/terminal.ts';
import { CODE_ID } from '../run/version.ts';
import { type BuildDisplay, loggedDisplay, silentDisplay } from '../run/weigh/build-display.ts';
import { liveDisplay } from '../run/weigh/live-display.ts';
import { workingDirectory } from '../run/working-directory.ts';

export interface CommandLineEnvironment extends Environment {
  /** Removes the temporary files. */
  dispose(): void;
}

/** Whether lines can be drawn over: a dumb terminal shows the sequences that move its cursor. */
function isDrawable(area: LiveArea): boolean {
  return area.isTerminal && process.env['TERM'] !== 'dumb';
}

function displayFor(
  quiet: boolean,
  log: Log,
  area: LiveArea,
  clock: Clock,
  secrets: SecretMask,
): BuildDisplay {
  if (quiet) return silentDisplay;
  return isDrawable(area) ? liveDisplay(area, clock.now, line => secrets.line(line)) : loggedDisplay(log);
}

/** A line at a terminal, and one every ten seconds in the log of a runner; what else reads standard error wants none. */
function progressFor(quiet: boolean, log: Log, area: LiveArea, clock: Clock, secrets: SecretMask): Progress {
  if (quiet) return silentProgress;
  if (isDrawable(area)) return liveProgress(area, clock.now, line => secrets.line(line));
  const isRunner = !area.isTerminal && process.env['GITHUB_ACTIONS'] === 'true';
  return isRunner ? loggedProgress(log, clock.now) : silentProgress;
}

/** The effects of the command line: messages and progress go to standard error. */
export async function commandLineEnvironment(
  options: Pick<OptionValues, 'debug' | 'quiet' | 'scan-cache-size' | 'layer-cache-size' | 'engine-store'>,
  secrets: SecretMask,
): Promise<CommandLineEnvironment> {
  const mostBytes = options['scan-cache-size'] ?? DEFAULT_STORE_SIZE;
  const cwd = workingDirectory();
  const temporaryDir = await makeRunFolder(tmpdir());
  const { quiet, debug } = options;
  const area = new LiveArea(process.stderr);
  const clock = { now: () => Date.now() };
  const log = terminalLog({ area, quiet, debug, secrets });
  const directories = findCacheDirectories(process.env, homedir());
  const progress = progressFor(quiet, log, area, clock, secrets);
  return {
    env: process.env,
    cwd,
    homeDir: homedir(),
    temporaryDir,
    scanStore: directories
      ? createDiskScanStore(directories.scans, { log, mostBytes, machine: hostname() })
      : noScanStore,
    exportLayouts: new ExportLayouts({
      ...{ temporaryDir, log, isTemporary: directories === null },
      directory: directories?.layers ?? join(temporaryDir, 'layers'),
      mostBytes: options['layer-cache-size'] ?? (directories ? DEFAULT_KEPT_SIZE : Infinity),
    }),
    gitRun: new GitRun(),
    reportMaker: CODE_ID && `${CODE_ID} ${hostname()}`,
    snapshotCache: null,
    hostPlatform: hostPlatform(process.arch),
    exec: systemExec(process.env),
    engineStore: options['engine-store'],
    log,
    clock,
    progress,
    saveStandardInput: readStandardInput(temporaryDir, progress),
    secrets,
    display: displayFor(quiet, log, area, clock, secrets),
    unfinished: { files: new Set(), folders: new Set() },
    dispose: () => removeRunFolder(temporaryDir),
  };
}
