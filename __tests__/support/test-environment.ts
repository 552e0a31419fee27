import { join } from 'node:path';
import { silentProgress } from '../../src/base/effects.ts';
import { GitRun } from '../../src/baseline/git/git-run.ts';
import { noScanStore } from '../../src/layer/scan-store.ts';
import type { Environment } from '../../src/run/environment.ts';
import { silentDisplay } from '../../src/run/weigh/build-display.ts';
import { noSecrets } from './no-secrets.ts';
import { silentLog } from './silent-log.ts';

/** A machine without an engine, whose clock stands still. Nothing is kept. */
export function testEnvironment(cwd: string, changes: Partial<Environment> = {}): Environment {
  return {
    env: {},
    cwd,
    homeDir: cwd,
    temporaryDir: cwd,
    exportLayouts: { use: body => body(join(cwd, 'layout')), release: async () => undefined, folders: [] },
    gitRun: new GitRun(),
    secrets: noSecrets,
    scanStore: noScanStore,
    reportMaker: null,
    snapshotCache: null,
    hostPlatform: { os: 'linux', architecture: 'amd64' },
    exec: { run: () => Promise.reject(new Error('there is no such program')) },
    engineStore: 'auto',
    log: silentLog,
    clock: { now: () => 0 },
    progress: silentProgress,
    display: silentDisplay,
    unfinished: { files: new Set(), folders: new Set() },
    ...changes,
  };
}
