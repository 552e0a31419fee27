import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Log } from '../../src/base/effects.ts';
import { systemExec } from '../../src/run/program-exec.ts';
import { planPrepare, withoutCredentialVariables } from '../../src/run/weigh/prepare-command.ts';
import { folderOf } from '../support/folder.ts';
import { silentLog } from '../support/silent-log.ts';

const PATH = process.env['PATH'] ?? '';

async function prepared(command: string, env: Readonly<Record<string, string>> = {}, isBaseline = false) {
  const cwd = await folderOf();
  const logged: string[] = [];
  const log: Log = {
    ...silentLog,
    info: line => void logged.push(line),
    group: (title, body) => {
      logged.push(`[${title}]`);
      return body();
    },
  };
  const all = { PATH, ...env };
  const prepare = planPrepare(command, { context: '.' }, { exec: systemExec(all), log, env: all });
  await prepare?.({ cwd, title: 'Prepare', isBaseline });
  return { cwd, logged };
}

describe('the command that prepares', () => {
  it('runs in a shell, and its output is logged in a group, without commands to the runner', async () => {
    const { cwd, logged } = await prepared(
      'printf "a\\xc3\\xa9\\n::error::x\\n" | cat\necho b >&2; echo made > file; cat',
    );
    expect(logged).toEqual(['[Prepare]', 'aé', '\\::error::x', 'b']);
    expect(await readFile(join(cwd, 'file'), 'utf8')).toBe('made\n');
  });

  it('fails with the first of its commands that does, and tells its last lines', async () => {
    await expect(prepared('echo before; false; echo after')).rejects.toMatchObject({
      code: 'prepare-failed',
      message: 'The command of prepare failed with exit code 1.',
      excerpt: ['before'],
    });
    await expect(prepared('seq 30; exit 7')).rejects.toMatchObject({
      message: expect.stringContaining('exit code 7'),
      excerpt: ['21', '22', '23', '24', '25', '26', '27', '28', '29', '30'],
    });
  });

  it('that cannot be started is told', async () => {
    const context = { exec: systemExec({ PATH }), log: silentLog, env: { PATH } };
    const prepare = planPrepare('true', { context: '.' }, context);
    const nowhere = { cwd: '/nonexistent', title: 'Prepare', isBaseline: false };
    await expect(prepare?.(nowhere)).rejects.toMatchObject({ code: 'prepare-failed' });
  });

  it('has the workspace of its own tree, and no git directory of the head', async () => {
    const env = { GITHUB_WORKSPACE: '/head', GIT_DIR: '/head/.git' };
    const command = 'echo "$GITHUB_WORKSPACE $GIT_DIR"';
    expect((await prepared(command, env)).logged.at(-1)).toBe('/head /head/.git');
    const { cwd, logged } = await prepared(command, env, true);
    expect(logged.at(-1)?.trim()).toBe(cwd);
  });
});

describe('its environment', () => {
  const CANARY = 'ghs_canary0123456789';

  it('has no tokens, under whatever name, and nothing that the runner takes orders from', () => {
    const env = {
      'INPUT_GITHUB-TOKEN': CANARY,
      INPUT_SECRETS: 'a=short\nnpm=secret-of-the-build',
      'INPUT_SECRET-ENVS': 'a=FOR_THE_BUILD,b=ALSO',
      FOR_THE_BUILD: 'x',
      ALSO: 'x',
      INPUT_PREPARE: 'make',
      ACTIONS_RUNTIME_TOKEN: 'eyJ0-runtime-token',
      ACTIONS_RUNTIME_URL: 'https://pipelines.example',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://id.example',
      GITHUB_TOKEN: CANARY,
      GH_TOKEN: CANARY,
      NODE_AUTH_TOKEN: CANARY,
      AWS_ACCESS_KEY_ID: 'AKIA0000',
      AWS_SECRET_ACCESS_KEY: 'x',
      MY_PAT: 'x',
      DB_PASSWORD: 'x',
      INNOCENT: `Bearer ${CANARY}`,
      OTHER: 'secret-of-the-build',
      GITHUB_ENV: '/x',
      GITHUB_OUTPUT: '/x',
      GITHUB_PATH: '/x',
      GITHUB_STATE: '/x',
      GITHUB_STEP_SUMMARY: '/x',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.extraheader',
      GIT_CONFIG_VALUE_0: 'AUTHORIZATION: basic x',
    };
    expect(withoutCredentialVariables(env)).toEqual({});
  });

  it('lets git read the checkout of another user', () => {
    const env = {
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'http.extraheader',
      GIT_CONFIG_VALUE_0: 'AUTHORIZATION: basic x',
      GIT_CONFIG_KEY_1: 'safe.directory',
      GIT_CONFIG_VALUE_1: '*',
    };
    expect(withoutCredentialVariables(env)).toEqual({
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
    });
  });

  it('has no agent that signs with the keys of the job', () => {
    const env = { PATH, SSH_AUTH_SOCK: '/tmp/ssh-1/agent.2', SSH_AGENT_PID: '2' };
    expect(withoutCredentialVariables(env)).toEqual({ PATH });
  });

  it('has the variables of any job', () => {
    const env = {
      PATH,
      HOME: '/root',
      CI: 'true',
      GITHUB_SHA: 'a'.repeat(40),
      GITHUB_WORKSPACE: '/w',
      RUNNER_TEMP: '/t',
      TOKENIZERS_PARALLELISM: 'false',
      NODE_ENV: 'production',
      JAVA_HOME: '/j',
      AUTHOR: 'Ada',
      DEBUG: 'a=short',
    };
    expect(withoutCredentialVariables({ ...env, UNSET: undefined })).toEqual(env);
  });
});
