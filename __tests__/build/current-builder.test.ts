import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildsInEngine } from '../../src/build/current-builder.ts';
import { folderOf } from '../support/folder.ts';

const NONE = '{"Key":"unix:///var/run/docker.sock","Name":"","Global":false}';
const CHOSEN = '{"Key":"unix:///var/run/docker.sock","Name":"far","Global":false}';

it.each([
  [{}, true],
  [{ 'buildx/activity/default': '' }, true],
  [{ 'buildx/current': NONE }, true],
  [{ 'buildx/current': CHOSEN }, false],
  [{ 'buildx/current': 'no JSON' }, false],
  [{ 'buildx/current': '{}' }, false],
  [{ 'buildx/current': NONE, 'buildx/instances/far': '{}' }, false],
  [{ 'buildx/defaults/0a1b': 'far' }, false],
  [{ 'buildx/instances': 'a file' }, false],
])('what buildx keeps as %j is the engine itself: %s', async (files, expected) => {
  const DOCKER_CONFIG = await folderOf(files);
  expect(buildsInEngine('', { env: { DOCKER_CONFIG }, homeDir: '/nonexistent' })).toBe(expected);
  const BUILDX_CONFIG = join(DOCKER_CONFIG, 'buildx');
  const moved = { BUILDX_CONFIG, DOCKER_CONFIG: '/nonexistent' };
  expect(buildsInEngine('', { env: moved, homeDir: '/nonexistent' })).toBe(expected);
});

it('is below the home of the user where nothing else is said', async () => {
  const homeDir = await folderOf({ '.docker/buildx/current': CHOSEN });
  expect(buildsInEngine('', { env: {}, homeDir })).toBe(false);
  expect(buildsInEngine('', { env: {}, homeDir: await folderOf() })).toBe(true);
});

it('a builder that is named is asked', () => {
  expect(buildsInEngine('far', { env: {}, homeDir: '/nonexistent' })).toBe(false);
  expect(buildsInEngine('', { env: { BUILDX_BUILDER: 'far' }, homeDir: '/nonexistent' })).toBe(false);
});
