import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { Exec, Log } from '../base/effects.ts';
import type { Notice } from '../base/notice.ts';
import { withoutCommands } from '../base/untrusted-text.ts';
import { GitRun } from '../baseline/git/git-run.ts';
import { settingVariables } from '../baseline/git/git-variables.ts';
import type { SnapshotCache } from '../baseline/store/snapshot-store.ts';
import { ActionsCacheStore } from '../github/cache/actions-cache-store.ts';
import { ActionsScanCache } from '../github/cache/actions-scan-cache.ts';
import { cacheAccess, type ServiceState } from '../github/cache/cache-service.ts';
import { rememberPlaced } from '../layer/remembered-scans.ts';
import { createDiskScanStore, DEFAULT_STORE_SIZE } from '../layer/scan-store.ts';
import { findCacheDirectories, jobScans } from '../run/cache-directories.ts';
import { OPTIONS, type OptionValues } from '../run/config/options.ts';
import { type Environment, hostPlatform } from '../run/environment.ts';
import { ExportLayouts } from '../run/export-layouts.ts';
import { DEFAULT_KEPT_SIZE } from '../run/kept-layers.ts';
import { definedOnly, systemExec } from '../run/program-exec.ts';
import { loggedProgress } from '../run/progress/logged-progress.ts';
import { makeRunFolder } from '../run/run-folder.ts';
import type { SecretMask } from '../run/secret-values.ts';
import { loggedDisplay } from '../run/weigh/build-display.ts';
import { workingDirectory } from '../run/working-directory.ts';

const runnerLog: Log = {
  debug: message => core.debug(message),
  info: message => core.info(withoutCommands(message)),
  warn: message => core.warning(message),
  error: message => core.error(message),
  group: (title, body) => core.group(withoutCommands(title), body),
};

export interface ActionEnvironment extends Environment {
  /** Scans of other jobs; null where a machine keeps its own, or nothing is to be kept. */
  readonly scanCache: ActionsScanCache | null;
}

/**
 * The effects of the Action: messages go to the runner's log.
 * @param name of what the step weighs
 */
export async function actionEnvironment(
  options: Pick<OptionValues, 'scan-cache-size' | 'layer-cache-size' | 'engine-store'>,
  secrets: SecretMask,
  name: string,
): Promise<ActionEnvironment> {
  const env = trustCheckout(process.env);
  const log = secrets.log(runnerLog);
  const mostBytes = options['scan-cache-size'] ?? DEFAULT_STORE_SIZE;
  const cwd = workingDirectory();
  const temporaryDir = await makeRunFolder(env['RUNNER_TEMP'] || tmpdir());
  const directories = keepsFiles(env) ? findCacheDirectories(env, homedir()) : null;
  const clock = { now: () => Date.now() };
  const ofJob = keepsFiles(env) || env['DEADWEIGHT_CACHE_DIR'] === '' ? '' : env['RUNNER_TEMP'];
  const directory = directories?.scans ?? (ofJob ? jobScans(ofJob) : join(temporaryDir, 'scans'));
  const service: ServiceState = { isSilent: false };
  const kept = rememberPlaced(createDiskScanStore(directory, { log, mostBytes }));
  const scanCache =
    ofJob && mostBytes > 0
      ? new ActionsScanCache({ env, homeDir: homedir(), log, directory, name, service })
      : null;
  return {
    env,
    cwd,
    homeDir: homedir(),
    temporaryDir,
    secrets,
    scanStore: scanCache?.over(kept) ?? kept,
    scanCache,
    exportLayouts: new ExportLayouts({
      ...{ temporaryDir, log, isTemporary: directories === null },
      directory: directories?.layers ?? join(temporaryDir, 'layers'),
      mostBytes: options['layer-cache-size'] ?? (directories ? DEFAULT_KEPT_SIZE : Infinity),
    }),
    gitRun: new GitRun(),
    // Each run of a workflow has a commit of its own.
    reportMaker: null,
    snapshotCache: actionsCache(env, homedir(), log, service),
    hostPlatform: hostPlatform(process.arch),
    exec: stepExec(env),
    engineStore: options['engine-store'],
    log,
    clock,
    progress: loggedProgress(log, clock.now),
    display: loggedDisplay(log),
    unfinished: { files: new Set(), folders: new Set() },
  };
}

/** Whether a later job finds what this one leaves at home: a machine of GitHub's goes with its job. */
function keepsFiles(env: Environment['env']): boolean {
  return env['RUNNER_ENVIRONMENT'] === 'self-hosted';
}

/**
 * In a job's container another user may own the checkout, and git refuses to read it. The runner made it for this very
 * job, whose steps run what is in it: git may read it. A setting in the environment counts as one of the command line.
 */
function trustCheckout(env: Environment['env']): Environment['env'] {
  if (!env['GITHUB_WORKSPACE']) return env;
  return { ...env, ...settingVariables(env, [['safe.directory', '*']]) };
}

const INPUT_VARIABLES: ReadonlySet<string> = new Set(OPTIONS.map(([name]) => `INPUT_${name.toUpperCase()}`));

/**
 * Runs programs without the inputs of the step: its secrets and its token are among them, and no program reads any.
 * @param env the environment of programs whose options name none
 */
export function stepExec(env: Environment['env']): Exec {
  const exec = systemExec(env);
  return {
    run(program, args, options = {}) {
      const given = Object.entries(options.env ?? env).filter(([name]) => !INPUT_VARIABLES.has(name));
      return exec.run(program, args, { ...options, env: definedOnly(Object.fromEntries(given)) });
    },
  };
}

/** The Actions cache of the job. */
export function actionsCache(
  env: Environment['env'],
  homeDir: string,
  log: Log,
  service: ServiceState = { isSilent: false },
): SnapshotCache {
  let notices: Notice[] = [];
  const notice = (one: Notice): void => void notices.push(one);
  const store = new ActionsCacheStore({ env, homeDir, log, notice, service });
  return {
    store,
    takeNotices() {
      const taken = notices;
      notices = [];
      return taken;
    },
    isExpected: 'service' in cacheAccess(env, 'read'),
  };
}
