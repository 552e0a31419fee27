import { Buffer } from 'node:buffer';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Exec } from '../../../src/base/effects.ts';
import { beginFindingBuilder, findBuilder } from '../../../src/run/weigh/builder.ts';
import { fakeEngine } from '../../support/conformance/fake-engine.ts';
import { folderOf } from '../../support/folder.ts';
import { testEnvironment } from '../../support/test-environment.ts';

/** A docker whose builder is of another driver, and what it was asked. */
function docker() {
  const calls: string[] = [];
  const exec: Exec = {
    async run(_program, args) {
      calls.push(args.join(' '));
      const stdout = 'Name: far\nDriver: docker-container\nStatus: running\nBuildKit version: v0.25.1\n';
      return { exitCode: 0, stdout, stderr: '' };
    },
  };
  return { exec, calls };
}

async function asked(builder: string, host: string, files: Record<string, string> = {}) {
  const { exec, calls } = docker();
  const env = { DOCKER_HOST: host, DOCKER_CONFIG: await folderOf(files) };
  const environment = testEnvironment('/', { env, exec });
  const driver = await findBuilder(builder, '/', environment);
  return { driver, calls, again: () => findBuilder(builder, '/elsewhere', environment) };
}

it.each([
  ['graph', 'graph-driver'],
  ['containerd', 'containerd'],
] as const)('the engine tells where it keeps images (%s), and no program runs', async (store, expected) => {
  const engine = await fakeEngine([], { api: 51, store, archive: Buffer.alloc(0) });
  const { driver, calls, again } = await asked('', engine.host);
  expect(driver).toEqual({ builder: '', driver: 'docker', store: expected, buildkitVersion: null });
  expect(calls).toEqual([]);
  const before = engine.requests.length;
  expect(await again()).toBe(driver);
  expect(engine.requests).toHaveLength(before);
  await engine.close();
});

it('docker is asked for a builder that is not recorded, and where no Docker engine answers', async () => {
  const options = { api: 51, store: 'graph', archive: Buffer.alloc(0) } as const;
  const engine = await fakeEngine([], options);
  const other = await fakeEngine([], { ...options, server: 'Libpod/5.0' });
  const chosen = { 'buildx/current': '{"Key":"","Name":"far","Global":true}' };
  for (const [builder, host, files] of [
    ['far', engine.host, {}],
    ['', engine.host, chosen],
    ['', 'tcp://127.0.0.1:9', { 'buildx/current': '{"Key":"tcp://127.0.0.1:2376","Name":"far"}' }],
    ['', 'ssh://me@127.0.0.1', { 'buildx/current': '{"Key":"ssh://me@127.0.0.1","Name":"far"}' }],
    ['', engine.host, { 'config.json': '{' }],
    ['', other.host, {}],
    ['', 'unix:///nonexistent.sock', {}],
  ] as const) {
    const { driver, calls, again } = await asked(builder, host, files);
    expect(driver).toEqual({ builder, driver: 'docker-container', store: null, buildkitVersion: '0.25.1' });
    await again();
    expect(calls).toEqual([`buildx inspect${builder === '' ? '' : ' far'}`]);
  }
  await engine.close();
  await other.close();
});

it('a builder of another driver is what buildx has recorded; a remote one where somebody listens', async () => {
  const server = await fakeEngine([], { api: 51, store: 'graph', archive: Buffer.alloc(0) });
  const recordOf = (Driver: string, ...endpoints: readonly string[]) => ({
    'buildx/instances/far': JSON.stringify({ Driver, Nodes: endpoints.map(Endpoint => ({ Endpoint })) }),
  });
  for (const [driver, endpoints, isAsked] of [
    ['docker-container', ['unix:///var/run/docker.sock'], false],
    ['kubernetes', ['kubernetes:///far'], false],
    ['remote', [server.host], false],
    ['remote', [server.host, 'tcp://127.0.0.1:1'], true],
    ['remote', ['tcp://127.0.0.1:1'], true],
    ['remote', ['unix:///nonexistent.sock'], true],
    ['remote', ['docker-container://far'], true],
  ] as const) {
    const { driver: found, calls } = await asked('far', 'unix:///x', recordOf(driver, ...endpoints));
    expect(calls, `${driver} ${endpoints}`).toHaveLength(isAsked ? 1 : 0);
    if (!isAsked) expect(found).toEqual({ builder: 'far', driver, store: null, buildkitVersion: null });
  }
  await server.close();
});

it('is asked ahead once, and what is wrong with it is told to who needs it', async () => {
  const { exec, calls } = docker();
  const env = { DOCKER_HOST: 'unix:///nonexistent.sock', DOCKER_CONFIG: await folderOf() };
  const environment = testEnvironment('/', { env, exec });
  beginFindingBuilder('', '/', environment);
  expect(await findBuilder('', '/', environment)).toMatchObject({ driver: 'docker-container' });
  expect(calls).toEqual(['buildx inspect']);
  const refusing: Exec = { run: () => Promise.reject(new Error('ENOENT')) };
  const broken = testEnvironment('/', { env, exec: refusing });
  beginFindingBuilder('', '/', broken);
  await setTimeout(50);
  await expect(findBuilder('', '/', broken)).rejects.toMatchObject({ code: 'buildx-missing' });
});
