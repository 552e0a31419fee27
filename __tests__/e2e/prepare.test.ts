import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadweight, expectRefusal } from '../support/e2e/command-line.ts';
import { dockerEnv, fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import { branched } from '../support/e2e/repository.ts';
import { pullRequestEvent, runStep } from '../support/e2e/runner.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { pullRequest } from '../support/git/pull-request.ts';
import { checkout, git, gitEnv } from '../support/git/repository.ts';
import { type GitHubServer, startGitHubServer } from '../support/github-server/server.ts';

/** What is generated from the second commit has more than that from the first. Bytes. */
const GROWTH = 34_567;

/** Makes as many bytes as the commit's own file says, and overwrites a file that the commit has. */
const GENERATE = 'mkdir -p dist; head -c "$(cat size)" /dev/zero > dist/made; echo generated > version.txt';

const files = (size: number) => ({
  Dockerfile: `FROM ${SMALL_BASE}\nENV SEED=${SEED}\nCOPY . /app\n`,
  '.gitignore': 'dist/\n',
  'version.txt': 'not generated\n',
  size: `${size}`,
});
const SEED = fresh();

/** A checkout with what an earlier build left there. */
async function repositoryOf(): Promise<string> {
  const head = await branched(files(500_000), { size: `${500_000 + GROWTH}` });
  await changeFiles(head, { 'dist/left': 'x'.repeat(1000) });
  return head;
}

describe.each(STORES)('prepare on %s', (_store, host) => {
  const real = it.skipIf(host === undefined);
  const env = { ...gitEnv, ...dockerEnv(host) };

  real('makes on each side what its commit says', async () => {
    const cwd = await repositoryOf();
    const json = join(await folderOf(), 'report.json');
    const args = ['build', '.', '--against', 'main', '--json', json, '--prepare', `rm -rf dist; ${GENERATE}`];
    const ended = await deadweight(args, { cwd, env });
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toMatch(/^Prepare$/m);
    expect(ended.stderr).toMatch(/^Prepare the base [0-9a-f]{7}$/m);
    const { comparison, notices } = await reportIn(json);
    expect(comparison?.delta.size, JSON.stringify(comparison?.causes)).toBe(GROWTH);
    expect(notices.map(({ message }) => message).join('\n')).not.toContain('dist');
    expect(await git(cwd, 'status', '--porcelain')).toBe('M version.txt');
  });
});

const host = STORES.find(([, found]) => found !== undefined)?.[1];

describe.skipIf(host === undefined)('a command of prepare that fails', () => {
  const env = { ...gitEnv, ...dockerEnv(host) };

  it('on the head fails the run', async () => {
    const cwd = await repositoryOf();
    const ended = await deadweight(['build', '.', '--prepare', 'echo the last line; exit 9'], { cwd, env });
    expectRefusal(
      ended,
      3,
      /The command of prepare failed with exit code 9\.\n {2}the last line/,
      /Make it succeed/,
    );
  });

  it('on the base is the reason for no comparison', async () => {
    const cwd = await repositoryOf();
    const json = join(await folderOf(), 'report.json');
    const command = `grep -q 534567 size || { echo nothing to make it of; exit 9; }`;
    const ended = await deadweight(
      ['build', '.', '--against', 'main', '--json', json, '--prepare', command],
      {
        cwd,
        env,
      },
    );
    expect(ended.code, ended.stderr).toBe(0);
    expect((await reportIn(json)).comparison).toBeNull();
    expect(ended.stdout.replace(/\s+/g, ' ')).toMatch(
      /no comparison: the base [0-9a-f]{7} could not be prepared\. .* exit code 9\. It ended with "nothing to make it of"/,
    );
  });

  it('is refused where nothing of it would be built', async () => {
    const args = ['build', 'https://github.com/octo/app.git', '--prepare', 'true'];
    expectRefusal(
      await deadweight(args, { cwd: '/', env }),
      2,
      /prepare makes files on this machine/,
      /omit prepare/,
    );
  });
});

describe.skipIf(host === undefined)('prepare in the Action', () => {
  let server: GitHubServer;
  beforeAll(async () => {
    server = await startGitHubServer({ pullRequests: [{ number: 7, headSha: 'a'.repeat(40) }] });
  });
  afterAll(() => server.close());

  it('gives what its commit says, and sees no token of the job', async () => {
    const remote = await pullRequest(files(100_000), { size: `${100_000 + GROWTH}` });
    const workspace = await checkout(remote.origin, 'refs/pull/7/merge');
    // As actions/checkout leaves it.
    await git(workspace, 'config', 'http.https://github.com/.extraheader', 'AUTHORIZATION: basic CANARY');
    const seen = join(await folderOf(), 'seen');
    await writeFile(seen, '');
    const prepare = `cd .\necho "=== $PWD" >> ${seen}\nenv >> ${seen}\ngit describe --always >> ${seen}\n${GENERATE}`;
    const ended = await runStep({
      workspace,
      server,
      token: 'ghs_CANARY_write',
      event: pullRequestEvent(remote),
      env: {
        ...dockerEnv(host),
        GH_TOKEN: 'ghs_CANARY_write',
        ACTIONS_RUNTIME_TOKEN: 'CANARY.runtime.token',
        ALIAS: 'ghs_CANARY_write',
        ORDINARY: 'of the job',
      },
      inputs: { prepare, baseline: 'rebuild' },
    });
    expect(ended, ended.stdout).toMatchObject({
      code: 0,
      stderr: '',
      outputs: { 'size-delta': `${GROWTH}` },
    });
    expect(ended.stdout).toContain('::group::Prepare\n');
    expect(ended.stdout).toContain(`::group::Prepare the base ${remote.main.slice(0, 7)}\n`);
    const [, head = '', base = ''] = (await readFile(seen, 'utf8')).split('=== ');
    for (const side of [head, base]) {
      expect(side).not.toMatch(/CANARY|INPUT_|ACTIONS_|GITHUB_(?:ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)=/);
      expect(side).toContain('ORDINARY=of the job\n');
      expect(side).toContain(`GITHUB_WORKSPACE=${side.split('\n', 1)[0]}\n`);
    }
    expect(head).toMatch(new RegExp(`^${workspace}\n`));
    expect(base).toMatch(new RegExp(`\n${remote.main.slice(0, 7)}\n$`));
  });
});
