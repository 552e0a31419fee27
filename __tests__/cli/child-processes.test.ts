import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { Canaries } from '../support/canaries/canaries.ts';
import { echoingDocker } from '../support/canaries/echoing-docker.ts';
import { recordedPrograms } from '../support/canaries/recorded-programs.ts';
import { deadweight } from '../support/e2e/command-line.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { loopbackServer } from '../support/registry/loopback-server.ts';

/** Each case starts Nodes, and git. */
vi.setConfig({ testTimeout: 60_000 });

/** A port on which nobody answers. */
const NOBODY = '127.0.0.1:9';

it.each([
  ['build', ['build', '.']],
  ['call', ['build', '.', '--call', 'check']],
  ['fix', ['fix', '.', '--prove']],
  ['compared', ['build', `http://user:PASSWORD@${NOBODY}/r.git#main`, '--against', 'main']],
])('the command lines of what is started have no secret: %s', async (_name, command) => {
  const canaries = new Canaries();
  const hidden = (source: string): string => canaries.plant(source);
  const told = new Canaries();
  const secrets = await folderOf({ one: hidden('--secret src='), key: hidden('a key of --ssh') });
  const fake = (await echoingDocker('build')).split(':', 1)[0] ?? '';
  const programs = await recordedPrograms({ docker: join(fake, 'docker'), git: '/usr/bin/git' });
  const args = [
    ...[
      '--secret',
      `id=ONE,src=${secrets}/one`,
      '--secret',
      'id=TWO,env=PLAIN',
      '--ssh',
      `default=${secrets}/key`,
    ],
    ...['--build-arg', `NPM_TOKEN=${hidden('a value of --build-arg')}`, '--build-arg', 'MY_PASSWORD'],
    // What the README says of command lines.
    ...['--build-arg', `A=${told.plant('a plain value')}`],
    ...['--cache-from', `type=registry,ref=user:${told.plant('a login')}@${NOBODY}/x`],
  ];
  const env = {
    PATH: programs.path,
    PLAIN: hidden('the variable of a secret'),
    MY_PASSWORD: hidden('the variable of a build argument'),
    GITHUB_TOKEN: hidden('GITHUB_TOKEN'),
    HTTPS_PROXY: `http://user:${hidden('HTTPS_PROXY')}@${NOBODY}`,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.https://github.com/.extraheader',
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${Buffer.from(`x:${hidden('extraheader')}`).toString('base64')}`,
  };
  const words = command.map(word => word.replace('PASSWORD', () => hidden('an address that git reads')));
  const ended = await deadweight([...words, ...args], {
    cwd: await folderOf({ Dockerfile: 'FROM scratch\n' }),
    env,
  });
  expect([3, 4], ended.stderr).toContain(ended.code);
  const lines = await programs.commandLines();
  expect(canaries.find(lines)).toEqual([]);
  const builds = Object.values(lines).filter(line => /buildx\0build/.test(`${line}`));
  if (ended.code === 4) expect(Object.keys(lines)).toContainEqual(expect.stringMatching(/^git/));
  else {
    expect(`${builds[0]}`).toContain('--build-arg\0NPM_TOKEN\0');
    expect(told.find(lines)).toHaveLength(told.sources.length * builds.length);
  }
});

it('the command line of a credential helper has no more than its verb', async () => {
  const canaries = new Canaries();
  const cwd = await folderOf({ '.docker/config.json': '{"credsStore":"test"}' });
  const answer = `{"Username":"user","Secret":"${canaries.plant('what it answers')}"}`;
  await changeFiles(cwd, { helper: { program: `#!/bin/sh\ncat >/dev/null\necho '${answer}'\n` } });
  const programs = await recordedPrograms({ 'docker-credential-test': join(cwd, 'helper') });
  const registry = await loopbackServer((_request, response) => {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
  });
  const env = { HOME: cwd, PATH: programs.path };
  const ended = await deadweight(['inspect', `docker://${registry.host}/x`], { cwd, env });
  await registry.close();
  expect(ended.code).toBe(4);
  const lines = await programs.commandLines();
  expect(Object.values(lines).map(line => `${line}`.split('\0').slice(2))).toContainEqual(['get', '']);
  expect(canaries.find({ ...lines, ...(await programs.environments()) })).toEqual([]);
});
