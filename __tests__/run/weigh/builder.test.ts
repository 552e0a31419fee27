import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Exec } from '../../../src/base/effects.ts';
import type { EngineStoreUse } from '../../../src/image/image.ts';
import { openImage } from '../../../src/image/open-image.ts';
import type { Environment } from '../../../src/run/environment.ts';
import { beginFindingBuilder, findBuilder } from '../../../src/run/weigh/builder.ts';
import {
  containerdArchive,
  type FakeEngineOptions,
  fakeEngine,
} from '../../support/conformance/fake-engine.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';
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

async function asked(
  builder: string,
  host: string,
  files: Record<string, string> = {},
  changes: Partial<Environment> = {},
) {
  const { exec, calls } = docker();
  const env = { DOCKER_HOST: host, DOCKER_CONFIG: await folderOf(files) };
  const environment = testEnvironment('/', { env, exec, ...changes });
  const driver = await findBuilder(builder, '/', environment);
  return { driver, calls, environment, again: () => findBuilder(builder, '/elsewhere', environment) };
}

it.each([
  ['graph', 'graph-driver'],
  ['containerd', 'containerd'],
] as const)('the engine tells where it keeps images (%s), and no program runs', async (store, expected) => {
  const engine = await fakeEngine([], { api: 51, store, archive: Buffer.alloc(0) });
  const { driver, calls, again } = await asked('', engine.host);
  expect(driver).toEqual({
    ...{ builder: '', driver: 'docker', store: expected, buildkitVersion: null, contents: null },
  });
  expect(calls).toEqual([]);
  const before = engine.requests.length;
  expect(await again()).toBe(driver);
  expect(engine.requests).toHaveLength(before);
  await engine.close();
});

it("knows which blobs an engine with containerd's store has, where they can be read", async () => {
  const blob = Buffer.from('{}');
  const digest = `sha256:${createHash('sha256').update(blob).digest('hex')}`;
  const blobs = 'containerd/daemon/io.containerd.content.v1.content/blobs/sha256';
  const root = await realpath(await folderOf({ [`${blobs}/${digest.slice('sha256:'.length)}`]: '{}' }));
  const found = async (
    changes: Partial<FakeEngineOptions>,
    engineStore: EngineStoreUse = 'auto',
    isLocal = true,
  ) => {
    const socket = isLocal ? join(await folderOf(), 'engine.sock') : null;
    const options = { api: 51, store: 'containerd', archive: Buffer.alloc(0), root, ...changes } as const;
    const engine = await fakeEngine([], options, socket);
    const { driver } = await asked('', engine.host, {}, { engineStore });
    await engine.close();
    return driver.contents;
  };
  const contents = await found({});
  expect(contents?.has(digest)).toBe(true);
  expect(contents?.has(digest.replaceAll('4', '5'))).toBe(false);
  expect(contents?.has('')).toBe(false);
  expect((await found({}, 'sudo'))?.has(digest)).toBe(true);
  expect(await found({}, 'api')).toBeNull();
  expect(await found({}, 'auto', false)).toBeNull();
  expect(await found({ store: 'graph' })).toBeNull();
  expect(await found({ root: await folderOf() })).toBeNull();
});

it('what the engine is, is asked once for the builder and the images', async () => {
  const image = await fabricateImage({
    tags: ['app:1'],
    steps: [{ createdBy: 'COPY made', layer: [['made', file('made')]] }],
  });
  const options = { api: 51, store: 'containerd', archive: await containerdArchive([image]) } as const;
  const engine = await fakeEngine([image], options);
  const { environment } = await asked('', engine.host);
  for (const _time of [1, 2]) await (await openImage('docker-daemon:app:1', environment)).close();
  expect(engine.requests.filter(path => !path.startsWith('/images/'))).toEqual(['/_ping', '/info']);
  // Another run asks anew.
  await asked('', engine.host);
  expect(engine.requests.filter(path => path === '/_ping')).toHaveLength(2);
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
    expect(driver).toEqual({
      ...{ builder, driver: 'docker-container', store: null, buildkitVersion: '0.25.1', contents: null },
    });
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
    if (!isAsked) {
      expect(found).toEqual({
        ...{ builder: 'far', driver, store: null, buildkitVersion: null, contents: null },
      });
    }
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
