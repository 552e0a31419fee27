import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readBuilder } from '../../src/build/current-builder.ts';
import { folderOf } from '../support/folder.ts';

const HERE = 'unix:///var/run/docker.sock';
const ENGINE = { kind: 'engine' };
const FAR = { kind: 'instance', driver: 'remote', endpoints: ['tcp://far:1'] };
const INSTANCE = { Name: 'far', Driver: 'remote', Nodes: [{ Name: 'far0', Endpoint: 'tcp://far:1' }] };

const choice = (Name: string, change = {}) => JSON.stringify({ Key: HERE, Name, Global: false, ...change });
const instance = (change = {}) => ({ 'buildx/instances/far': JSON.stringify({ ...INSTANCE, ...change }) });

it.each([
  [{}, ENGINE],
  [{ 'buildx/activity/default': '' }, ENGINE],
  [{ 'buildx/current': choice('') }, ENGINE],
  [{ 'buildx/current': choice(''), ...instance() }, ENGINE],
  [{ 'buildx/current': choice('far', { Key: 'unix:///other' }), ...instance() }, ENGINE],
  [{ 'buildx/current': choice('far'), ...instance() }, FAR],
  [{ 'buildx/current': choice('far', { Key: 'other', Global: true }), ...instance() }, FAR],
  [
    { 'buildx/current': choice('far'), ...instance({ Driver: 'docker-container' }) },
    { driver: 'docker-container' },
  ],
  [{ 'buildx/current': choice('far'), ...instance({ Driver: 'docker' }) }, null],
  [{ 'buildx/current': choice('far'), ...instance({ Driver: 'cloud' }) }, null],
  [{ 'buildx/current': choice('far'), ...instance({ Nodes: [] }) }, null],
  [{ 'buildx/current': choice('far'), 'buildx/instances/far': '{' }, null],
  [{ 'buildx/current': choice('far') }, null],
  [{ 'buildx/current': choice('../far'), ...instance() }, null],
  [{ 'buildx/current': 'no JSON' }, null],
  [{ 'buildx/current': '{}' }, null],
  [{ 'buildx/defaults/0a1b': 'far' }, null],
  [{ 'buildx/instances/default': '{}' }, null],
])('of what buildx keeps as %j the builder is %j', async (files, expected) => {
  const DOCKER_CONFIG = await folderOf(files);
  const read = (env: Record<string, string>) =>
    readBuilder('', { env, homeDir: '/nonexistent', endpoint: HERE });
  const moved = { BUILDX_CONFIG: join(DOCKER_CONFIG, 'buildx'), DOCKER_CONFIG: '/nonexistent' };
  for (const env of [{ DOCKER_CONFIG }, moved]) {
    if (expected === null) expect(read(env)).toBeNull();
    else expect(read(env)).toMatchObject(expected);
  }
});

it('is below the home of the user where nothing else is said, and of a context by its name', async () => {
  const homeDir = await folderOf({ '.docker/buildx/current': choice('far', { Key: 'there' }) });
  const read = (endpoint: string) => readBuilder('', { env: {}, homeDir, endpoint });
  expect(read('there')).toBeNull();
  expect(read(HERE)).toEqual(ENGINE);
});

it('may have a name', async () => {
  const DOCKER_CONFIG = await folderOf(instance());
  const read = (builder: string, env: Record<string, string> = {}) =>
    readBuilder(builder, { env: { DOCKER_CONFIG, ...env }, homeDir: '/nonexistent', endpoint: HERE });
  expect(read('far')).toEqual(FAR);
  expect(read('Far')).toEqual(FAR);
  expect(read('', { BUILDX_BUILDER: 'far' })).toEqual(FAR);
  expect(read('near')).toBeNull();
  expect(read('default')).toBeNull();
});

it('is not certain where one was chosen for an address that is not known letter by letter', async () => {
  const DOCKER_CONFIG = await folderOf({
    'buildx/current': choice('far', { Key: 'tcp://far:2375' }),
    ...instance(),
  });
  const read = (builder: string, endpoint: string | null) =>
    readBuilder(builder, { env: { DOCKER_CONFIG }, homeDir: '/nonexistent', endpoint });
  expect([read('', null), read('far', null), read('', HERE)]).toEqual([null, FAR, ENGINE]);
  const all = await folderOf({ 'buildx/current': choice('far', { Key: '', Global: true }), ...instance() });
  const env = { DOCKER_CONFIG: all };
  expect(readBuilder('', { env, homeDir: '/nonexistent', endpoint: null })).toEqual(FAR);
});
