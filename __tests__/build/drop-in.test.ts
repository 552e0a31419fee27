import { afterEach, describe, expect, it, vi } from 'vitest';
import { actionInputs } from '../../src/action/inputs.ts';
import { stepBuild } from '../../src/action/step-build.ts';
import type { BuildDriver } from '../../src/build/build-driver.ts';
import { type BuildPlan, planBuild } from '../../src/build/build-plan.ts';
import { DROP_IN_DIFFERENCES, type DropInDifference } from '../../src/build/drop-in.ts';
import { readEvent } from '../../src/github/event.ts';
import { DROP_IN_ROWS, type DropInRow, OWN_GIT, USUAL } from './drop-in-rows.ts';

const CONTAINER: BuildDriver = {
  builder: '',
  driver: 'docker-container',
  store: null,
  buildkitVersion: '0.25.0',
};
const SWITCHES = ['--load', '--no-cache', '--pull', '--push'];
/** What every call of ours has beside theirs. */
const ADDED: Readonly<Record<string, DropInDifference>> = {
  '--progress=rawjson': 'progress',
  '--cache-to type=inline': 'inline-cache',
  '--output type=oci,tar=false,dest=/w/layout': 'weighed-output',
};

afterEach(() => vi.unstubAllEnvs());

/** What a step with these inputs plans. */
function planStep(
  given: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
  driver = CONTAINER,
  isMissing?: (path: string) => boolean,
): BuildPlan {
  for (const [name, value] of Object.entries(given)) vi.stubEnv(`INPUT_${name.toUpperCase()}`, value);
  const env = {
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REPOSITORY: 'docker/build-push-action',
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_REF: 'refs/heads/master',
    GITHUB_RUN_ID: '123456789',
    ...variables,
  };
  const payload = { before: 'b'.repeat(40), repository: { private: true, default_branch: 'master' } };
  const { build, attestation } = stepBuild(actionInputs(), readEvent(env, JSON.stringify(payload)), env);
  return planBuild(build, driver, { work: '/w' }, { attestation, ...(isMissing ? { isMissing } : {}) });
}

/** Flags with their values, and the context last. */
function callOf({ args }: BuildPlan): readonly string[] {
  const flags: string[] = [];
  const words = args.slice(2, -2);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (SWITCHES.includes(word) || word.startsWith('--progress')) flags.push(word);
    else {
      index += 1;
      flags.push(`${word} ${words[index]}`);
    }
  }
  return [...flags.map(neutral), args.at(-1) ?? ''];
}

function neutral(flag: string): string {
  return flag
    .replace('/w/metadata.json', 'METADATA')
    .replace('/w/image-id', 'IMAGE-ID')
    .replace(/src=\/w\/secret-\d+/, 'src=SECRET')
    .replace(/^--output type=docker$/, '--load')
    .replace(/^--output type=registry$/, '--push');
}

/** The call of a plan as it were without what all of ours add. */
function withoutAdded(call: readonly string[]): readonly string[] {
  return call.filter(flag => !(flag in ADDED));
}

/** A row as ours differs from it. */
function withDifference({ inputs, differs }: DropInRow): DropInRow['inputs'] {
  if (differs !== 'push-without-name') return inputs;
  const { tag = '', ...others } = inputs;
  return { ...others, tags: tag };
}

function expectedCall({ call, inputs, differs }: DropInRow): readonly string[] {
  const context = call.at(-1) ?? '';
  if (differs === 'push-without-name') return [...call.slice(0, -1), `--tag ${inputs['tag']}`, context];
  if (differs !== 'default-context') return call;
  const folder = /refs\/heads\/master(?::(.*))?$/.exec(context)?.[1];
  return [...call.slice(0, -1), folder === undefined ? '.' : `./${folder}`];
}

/** `type=docker` of a row and our way to say `load` are one. */
const sorted = (call: readonly string[]): readonly string[] => [...call.map(neutral)].sort();

describe('a call of docker/build-push-action', () => {
  it.each(DROP_IN_ROWS)('row $number', row => {
    const inputs = withDifference(row);
    const call = callOf(planStep(inputs, row.env));
    expect(sorted(withoutAdded(call))).toEqual(sorted(expectedCall(row)));
    expect(call.at(-1)).toBe(expectedCall(row).at(-1));
    expect(call).toContain('--progress=rawjson');
  });

  it('differs where the rows say that it does', () => {
    for (const row of DROP_IN_ROWS.filter(({ differs }) => differs !== undefined)) {
      const ours = (): readonly string[] => sorted(withoutAdded(callOf(planStep(row.inputs, row.env))));
      if (row.differs === 'push-without-name') expect(ours).toThrow(/no name/);
      else expect(ours()).not.toEqual(sorted(row.call));
      vi.unstubAllEnvs();
    }
  });

  it('has no value of a credential that is a build argument', () => {
    const plan = planStep({ context: '.', 'build-args': 'NPM_TOKEN=hush\nA=1' });
    expect(plan.args.join(' ')).toContain('--build-arg NPM_TOKEN --build-arg A=1');
    expect(plan.env['NPM_TOKEN']).toBe('hush');
    expect(DROP_IN_DIFFERENCES['credential-arguments']).toContain('`NPM_TOKEN`');
  });

  it('says what a checkout as the context holds beside the files of the commit', () => {
    const { 'git-in-context': said } = DROP_IN_DIFFERENCES;
    for (const part of ['`.git/config`', '.dockerignore', '`persist-credentials: false`']) {
      expect(said).toContain(part);
    }
  });

  it('is held against all of their rows', () => {
    expect(DROP_IN_ROWS.map(({ number }) => number)).toEqual(Array.from({ length: 39 }, (_, row) => row));
    const differing = DROP_IN_ROWS.filter(({ differs }) => differs !== undefined);
    expect([DROP_IN_ROWS.length - differing.length, differing.length]).toEqual([25, 14]);
    for (const each of Object.values(ADDED)) expect(DROP_IN_DIFFERENCES).toHaveProperty(each);
  });
});

/** https://github.com/docker/actions-toolkit/blob/main/__tests__/buildx/build.test.ts, and `getInputs` of the action. */
describe('parts of a call', () => {
  it.each([
    ['type=registry,ref=user/app', true],
    ['type=docker', true],
    ['type=local,dest=./release-out', false],
    ['type=tar,dest=/tmp/image.tar', false],
    ['type=docker\ntype=tar,dest=/tmp/image.tar', false],
    ['"type=tar","dest=/tmp/image.tar"', false],
    ['.', false],
    ['type=oci,dest=a.tar\n./out', false],
  ])('the outputs %j have an image id: %s', (outputs, hasImageId) => {
    expect(callOf(planStep({ context: '.', outputs })).includes('--iidfile IMAGE-ID')).toBe(hasImageId);
  });

  it.each([
    ['type=registry,ref=user/app', 'false', true],
    ['type=docker', 'false', false],
    ['type=docker,dest=a.tar', 'false', false],
    ['type=local,dest=./release-out', 'false', true],
    ['type=docker\ntype=tar,dest=/tmp/image.tar', 'false', false],
    ['type=local,dest=a', 'true', false],
    ['', 'true', false],
  ])('the outputs %j with load %s attest by default: %s', (outputs, load, attests) => {
    const call = callOf(planStep({ context: '.', outputs, load }));
    expect(call.some(flag => flag.startsWith('--attest'))).toBe(attests);
  });

  it.each([
    ['type=sbom,true', '--attest type=sbom,disabled=false'],
    ['type=foo,bar', '--attest type=foo,bar'],
    ['type=sbom,generator=image', '--attest type=sbom,generator=image'],
  ])('attests %s', (attests, flag) => {
    expect(callOf(planStep({ context: '.', attests }))).toContain(flag);
  });

  it.each([
    ['KEY=test\n\n', 'test\n\n'],
    ['KEY= a b ', ' a b '],
    ['KEY=c3RyaW5nCg==', 'c3RyaW5nCg=='],
    ['KEY=a,b="c"', 'a,b="c"'],
    ['KEY=x\r\ny\r\n', 'x\r\ny\r\n'],
  ])('the secret %j is kept byte for byte', (secret, content) => {
    const { files } = planStep({ context: '.', secrets: `"${secret.replaceAll('"', '""')}"` });
    expect(files.map(file => file.content)).toEqual([content]);
  });

  it('keeps the white space at the end of the input', () => {
    const { files, args } = planStep({ context: '.', secrets: '  A=1\n B= b \t' });
    expect(files.map(file => file.content)).toEqual(['1', ' b \t']);
    expect(args.filter(arg => arg.startsWith('id='))).toEqual([
      'id=A,src=/w/secret-0',
      'id=B,src=/w/secret-1',
    ]);
  });

  it.each([
    [{ secrets: 'aaaaaaaa' }, /An entry of secrets that is not of the form/],
    [{ secrets: 'aaaaaaaa=' }, /secret aaaaaaaa of secrets, which has no value/],
    [{ secrets: '=bbbbbbb' }, /An entry of secrets/],
    [{ 'secret-envs': 'FOO=' }, /secret FOO of secret-envs/],
    [{ 'secret-envs': '=bar' }, /An entry of secret-envs/],
    [{ 'secret-files': 'KEY=none.txt' }, /secret KEY of secret-files, whose file none.txt does not exist/],
  ])('%j is left out with a notice', (given, message) => {
    const plan = planStep({ context: '.', ...given }, {}, CONTAINER, path => path === 'none.txt');
    expect(plan.args).not.toContain('--secret');
    expect(plan.notices.map(notice => notice.message)).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    [{}, ['GIT_AUTH_TOKEN.github.com']],
    [{ context: '.' }, []],
    [{ context: OWN_GIT.replace('refs/heads/master', 'v1') }, ['GIT_AUTH_TOKEN.github.com']],
    [{ context: 'https://github.com/octo/other.git' }, []],
    [{ context: 'https://github.example/docker/build-push-action.git' }, []],
    [{ context: 'git@github.com:docker/build-push-action.git' }, []],
    [{ context: '.', 'build-contexts': `src=${OWN_GIT}` }, ['GIT_AUTH_TOKEN.github.com']],
    [{ secrets: 'A=b' }, ['A', 'GIT_AUTH_TOKEN.github.com']],
    [{ secrets: 'GIT_AUTH_TOKEN=own' }, ['GIT_AUTH_TOKEN']],
    [{ secrets: 'GIT_AUTH_TOKEN.github.com=own' }, ['GIT_AUTH_TOKEN.github.com']],
    [{ 'secret-envs': 'GIT_AUTH_TOKEN=OWN' }, ['GIT_AUTH_TOKEN']],
    [
      { secrets: 'GIT_AUTH_TOKEN.gitlab.com=own' },
      ['GIT_AUTH_TOKEN.gitlab.com', 'GIT_AUTH_TOKEN.github.com'],
    ],
  ])('%j gets the secrets %j', (given, ids) => {
    const { args } = planStep({ 'github-token': 'ghs_1', ...given });
    const secrets = args.filter((_arg, index) => args[index - 1] === '--secret');
    expect(secrets.map(secret => /id=([^,]+)/.exec(secret)?.[1])).toEqual(ids);
    expect(args.join(' ')).not.toContain('ghs_1');
  });

  it.each([
    ['{{defaultContext}}:docker', 'Dockerfile', './docker', 'docker/Dockerfile'],
    ['{{ defaultContext }}:sub', '../a/../my.Dockerfile', './sub', 'sub/my.Dockerfile'],
    ['{{{defaultContext}}}', 'docker/Dockerfile', '.', 'docker/Dockerfile'],
    ['sub', 'docker/Dockerfile', 'sub', 'docker/Dockerfile'],
    ['', 'docker/Dockerfile', '.', 'docker/Dockerfile'],
  ])('of context %j with file %j is built from %s, %s', (context, file, folder, path) => {
    const plan = planStep({ context, file });
    expect([plan.args.at(-1), plan.dockerfile.path]).toEqual([folder, path]);
  });

  it.each([
    ['docker-container', null, []],
    ['remote', null, []],
    ['kubernetes', null, []],
    ['cloud', null, []],
    ['docker', 'containerd', ['--load']],
  ] as const)('on the driver %s, store %s, has beside the others %j', (driver, store, more) => {
    const inputs = { context: '.', platforms: 'linux/amd64,linux/arm64', tags: 'a:1' };
    const call = withoutAdded(callOf(planStep(inputs, {}, { ...CONTAINER, driver, store })));
    const common = [...USUAL, '--tag a:1', '--platform linux/amd64,linux/arm64', '.'];
    expect(sorted(call)).toEqual(sorted([...common, ...more]));
  });

  it('attests nothing by default on a graph driver, which cannot', () => {
    const graph = { ...CONTAINER, driver: 'docker', store: 'graph-driver' } as const;
    const call = withoutAdded(callOf(planStep({ context: '.' }, {}, graph)));
    expect(sorted(call)).toEqual(sorted(['--metadata-file METADATA', '--iidfile IMAGE-ID', '--load', '.']));
  });

  it('pushes a registry once', () => {
    const outputs = 'type=registry,name=a/b:1';
    const call = callOf(planStep({ context: '.', outputs, push: 'true' }));
    expect(call.filter(flag => /^--(?:output type=(?:image|registry)|push)/.test(flag))).toEqual([
      `--output ${outputs}`,
    ]);
  });

  it.each([
    ['0', true],
    ['false', true],
    ['', true],
    ['true', false],
    ['T', false],
  ])('attests where BUILDX_NO_DEFAULT_ATTESTATIONS is %j: %s', (value, attests) => {
    const call = callOf(planStep({ context: '.' }, { BUILDX_NO_DEFAULT_ATTESTATIONS: value }));
    expect(call.some(flag => flag.startsWith('--attest'))).toBe(attests);
  });

  it('refuses what is no word of Go', () => {
    const plan = (): BuildPlan => planStep({ context: '.' }, { BUILDX_NO_DEFAULT_ATTESTATIONS: 'yes' });
    expect(plan).toThrow(/variable BUILDX_NO_DEFAULT_ATTESTATIONS is "yes"/);
  });
});
