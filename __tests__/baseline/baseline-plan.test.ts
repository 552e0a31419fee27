import { describe, expect, it } from 'vitest';
import { actionsCache } from '../../src/action/environment.ts';
import { findBaselines, planBaseline } from '../../src/baseline/baseline-plan.ts';
import type { BaselineRequest } from '../../src/baseline/baseline-request.ts';
import type { BaselineContext } from '../../src/baseline/baseline-source.ts';
import { GitRun } from '../../src/baseline/git/git-run.ts';
import { folderOf } from '../support/folder.ts';
import { commit as commitFiles, createRepository, gitEnv, realExec } from '../support/git/repository.ts';
import { silentLog } from '../support/silent-log.ts';
import { headOf } from './baseline-fixture.ts';

function contextIn(cwd: string): BaselineContext {
  return {
    cwd,
    checkoutFolder: cwd,
    remoteContext: null,
    env: gitEnv,
    temporaryDir: cwd,
    gitRun: new GitRun(),
    snapshotCache: actionsCache(gitEnv, cwd, silentLog),
    exec: realExec(),
    weigh: () => Promise.reject(new Error('no image may be opened here')),
  };
}

async function absenceOf(request: BaselineRequest, cwd: string): Promise<unknown> {
  const plan = await planBaseline(request, contextIn(cwd));
  return (await findBaselines(plan(null), [headOf()], silentLog)).baselines[0];
}

const HEAD = { kind: 'explicit', ref: 'HEAD' } as const;
const push = { kind: 'push', before: 'b'.repeat(40) } as const;

describe('the plan of a baseline', () => {
  it('tells a wrong ref, and what is no reference, before anything is built', async () => {
    const cwd = await createRepository();
    await commitFiles(cwd, {});
    const context = contextIn(cwd);
    const commit = { kind: 'explicit', ref: 'nope' } as const;
    for (const kind of ['auto', 'rebuild', 'cache'] as const) {
      await expect(planBaseline({ kind, commit, builds: true }, context)).rejects.toMatchObject({
        code: 'git-ref-unknown',
      });
    }
    for (const template of ['oci:folder', 'UPPER CASE', '{sha}/app:1']) {
      const request = { kind: 'registry', commit: HEAD, branch: null, template } as const;
      await expect(planBaseline(request, context)).rejects.toMatchObject({ code: 'reference-invalid' });
    }
  });

  it('is a reason where the event has a base and nothing has the commit', async () => {
    const cwd = await createRepository();
    await commitFiles(cwd, {});
    expect(await absenceOf({ kind: 'rebuild', commit: HEAD }, cwd)).toMatchObject({
      absence: { code: 'base-not-built' },
    });
    expect(await absenceOf({ kind: 'cache', commit: push }, cwd)).toMatchObject({
      absence: { code: 'base-not-stored' },
      notices: [{ code: 'cache-unavailable' }],
    });
    expect(await absenceOf({ kind: 'auto', commit: push, builds: false }, cwd)).toMatchObject({
      absence: { code: 'base-not-stored' },
    });
    const outside = await folderOf();
    expect(await absenceOf({ kind: 'auto', commit: push, builds: true }, outside)).toMatchObject({
      absence: { code: 'base-unavailable' },
    });
  });

  it('asks no registry for a commit or a branch that nothing tells', async () => {
    const cwd = await createRepository();
    await commitFiles(cwd, {});
    const made = { kind: 'push', before: null } as const;
    const template = '127.0.0.1:9/app:{sha}';
    expect(await absenceOf({ kind: 'registry', commit: made, branch: 'main', template }, cwd)).toMatchObject({
      absence: { code: 'base-branch-new' },
    });
    for (const [template, why] of [
      ['127.0.0.1:9/app:{sha}', /the commit for {sha} is unknown/],
      ['127.0.0.1:9/app:{branch}', /the branch for {branch} is unknown/],
    ] as const) {
      expect(await absenceOf({ kind: 'registry', commit: null, branch: null, template }, cwd)).toMatchObject({
        absence: { message: expect.stringMatching(why) },
      });
    }
  });

  it('loses no head to a bug of its own', async () => {
    const source = { find: () => Promise.reject(new TypeError('x is undefined')) };
    const { baselines } = await findBaselines(source, [headOf(), headOf('linux/arm64')], silentLog);
    expect(baselines).toHaveLength(2);
    expect(baselines[0]).toMatchObject({ absence: { message: expect.stringContaining('x is undefined') } });
  });
});
