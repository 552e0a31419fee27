import { describe, expect, it } from 'vitest';
import { actionsCache } from '../../../src/action/actions-cache.ts';
import { silentLog } from '../../../src/base/log.ts';
import { silentProgress } from '../../../src/base/progress.ts';
import { findBases, planBaseline } from '../../../src/run/baseline/baseline-plan.ts';
import type { BaselineRequest } from '../../../src/run/baseline/baseline-request.ts';
import type { Environment } from '../../../src/run/environment.ts';
import {
  commit,
  gitEnv,
  initialize,
  realExec,
  removeFolders,
  temporaryFolder,
} from '../../baseline/git-fixture.ts';
import { headOf } from './baseline-fixture.ts';

removeFolders();

function environmentIn(cwd: string): Environment {
  return {
    ...{
      cwd,
      env: gitEnv,
      homeDir: cwd,
      temporaryDir: cwd,
      cacheDir: null,
      snapshotCache: actionsCache(gitEnv, cwd, silentLog),
      exec: realExec(),
      log: silentLog,
    },
    ...{
      hostPlatform: { os: 'linux', architecture: 'amd64' },
      clock: { now: () => 0 },
      progress: silentProgress,
    },
  };
}

async function absenceOf(request: BaselineRequest, cwd: string): Promise<unknown> {
  const plan = await planBaseline(request, environmentIn(cwd));
  return (await findBases(plan(null), [headOf()], silentLog)).bases[0];
}

const HEAD = { kind: 'explicit', ref: 'HEAD' } as const;
const push = { kind: 'push', before: 'b'.repeat(40) } as const;

describe('the plan of a baseline', () => {
  it('tells a wrong ref, and what is no reference, before anything is built', async () => {
    const cwd = await initialize(await temporaryFolder());
    await commit(cwd, {});
    const environment = environmentIn(cwd);
    const base = { kind: 'explicit', ref: 'nope' } as const;
    for (const kind of ['auto', 'rebuild', 'cache'] as const) {
      await expect(planBaseline({ kind, base, builds: true }, environment)).rejects.toMatchObject({
        code: 'git-ref-unknown',
      });
    }
    for (const template of ['oci:folder', 'UPPER CASE', '{sha}/app:1']) {
      const request = { kind: 'registry', base: HEAD, branch: null, template } as const;
      await expect(planBaseline(request, environment)).rejects.toMatchObject({ code: 'reference-invalid' });
    }
  });

  it('is a reason where the event has a base and nothing has the commit', async () => {
    const cwd = await initialize(await temporaryFolder());
    await commit(cwd, {});
    expect(await absenceOf({ kind: 'rebuild', base: HEAD }, cwd)).toMatchObject({
      absence: { code: 'base-not-built' },
    });
    expect(await absenceOf({ kind: 'cache', base: push }, cwd)).toMatchObject({
      absence: { code: 'base-not-stored' },
      notices: [{ code: 'cache-unavailable' }],
    });
    expect(await absenceOf({ kind: 'auto', base: push, builds: false }, cwd)).toMatchObject({
      absence: { code: 'base-not-stored' },
    });
    const outside = await temporaryFolder();
    expect(await absenceOf({ kind: 'auto', base: push, builds: true }, outside)).toMatchObject({
      absence: { code: 'base-unavailable' },
    });
  });

  it('asks no registry for a commit or a branch that nothing tells', async () => {
    const cwd = await initialize(await temporaryFolder());
    await commit(cwd, {});
    const made = { kind: 'push', before: null } as const;
    const template = '127.0.0.1:9/app:{sha}';
    expect(await absenceOf({ kind: 'registry', base: made, branch: 'main', template }, cwd)).toMatchObject({
      absence: { code: 'base-branch-new' },
    });
    for (const [template, why] of [
      ['127.0.0.1:9/app:{sha}', /nothing tells which commit/],
      ['127.0.0.1:9/app:{branch}', /nothing tells which branch/],
    ] as const) {
      expect(await absenceOf({ kind: 'registry', base: null, branch: null, template }, cwd)).toMatchObject({
        absence: { message: expect.stringMatching(why) },
      });
    }
  });

  it('loses no head to a bug of its own', async () => {
    const source = { find: () => Promise.reject(new TypeError('x is undefined')) };
    const { bases } = await findBases(source, [headOf(), headOf('linux/arm64')], silentLog);
    expect(bases).toHaveLength(2);
    expect(bases[0]).toMatchObject({ absence: { message: expect.stringContaining('x is undefined') } });
  });
});
