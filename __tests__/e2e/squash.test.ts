import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { openImage } from '../../src/image/open-image.ts';
import { nodeExec } from '../build/node-exec.ts';
import { openOptions } from '../support/conformance/medium.ts';
import { BUILDS, contextOf } from '../support/e2e/built-images.ts';
import { deadweight } from '../support/e2e/command-line.ts';
import { askEngine } from '../support/e2e/engine-api.ts';
import { dockerEnv, fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { docker } from '../support/e2e/four-ways.ts';
import { shownFiles } from '../support/e2e/shown-files.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file, hardlink } from '../support/fabricate/node.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';

const REGISTRY = process.env['DEADWEIGHT_REGISTRY'] ?? '';
const BUILT = times(1, BUILDS.length);
const run = promisify(execFile);

async function squash(host: string, cwd: string, ...args: readonly string[]) {
  const ended = await deadweight(['squash', ...args, '--json', '-'], {
    cwd,
    env: { ...dockerEnv(host), DEADWEIGHT_CACHE_DIR: join(cwd, 'cache') },
  });
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  return JSON.parse(ended.stdout);
}

async function openedAs<T>(
  reference: string,
  env: Record<string, string>,
  body: (image: Awaited<ReturnType<typeof openImage>>) => Promise<T>,
): Promise<T> {
  const image = await openImage(reference, openOptions({ env, exec: nodeExec }));
  try {
    return await body(image);
  } finally {
    await image.close();
  }
}

describe.each(STORES)('deadweight squash with a real engine, %s', (store, host = '') => {
  describe.skipIf(host === '')('shows the files that were there', () => {
    const tags: string[] = [];
    afterAll(async () => {
      for (const tag of tags) await docker(host, 'rmi', '-f', tag).catch(() => undefined);
    });
    const tagOf = (name: string) => {
      const tag = `deadweight-squash-${store}-${name}:1`;
      tags.push(tag);
      return tag;
    };
    it.each(BUILDS.slice(0, BUILT))('of an image that was built: %s', async (name, instructions) => {
      const context = await contextOf(instructions);
      const index = BUILDS.findIndex(([each]) => each === name);
      const [tag, target] = [tagOf(`built-${index}`), tagOf(`built-squashed-${index}`)];
      await docker(host, 'build', '-q', '-t', tag, context);
      const count = await openedAs(tag, { DOCKER_HOST: host }, async ({ layers }) => layers.length);
      const shown = await shownFiles(host, tag);
      const ranges = [
        [1, count - 1],
        [0, count - 1],
        [count - 3, count - 2],
      ];
      for (const [first, last] of ranges.slice(0, times(1, ranges.length))) {
        const { platforms, output } = await squash(
          host,
          context,
          tag,
          '--layers',
          `${first}..${last}`,
          '--tag',
          target,
        );
        expect(output.target).toBe(`docker-daemon:${target}`);
        expect(await shownFiles(host, target)).toEqual(shown);
        const [then] = (await squash(host, context, target, '--dry-run')).platforms;
        expect(then.before).toMatchObject({
          size: platforms[0].after.size,
          layerCount: platforms[0].after.layerCount,
        });
      }
    });

    it('and tells of an image that the engine cannot unpack', async () => {
      const tag = tagOf('odd');
      const steps = [
        { createdBy: 'FROM', layer: { 'etc/a': file('a') } },
        // No engine makes the folder of a link's target.
        { createdBy: 'RUN link', layer: { hl: hardlink('etc/a') } },
        { createdBy: 'RUN b', layer: { b: file('b') } },
        { createdBy: 'RUN c', layer: { c: file('c') } },
      ];
      const cwd = await folderOf({ 'odd.tar': await dockerArchive([await fabricateImage({ steps })]) });
      const args = ['squash', 'docker-archive:odd.tar', '--layers', '2..3', '--tag', tag];
      const ended = await deadweight(args, { cwd, env: dockerEnv(host) });
      expect(ended).toMatchObject({ code: 4, stdout: '' });
      expect(ended.stderr).toMatch(/cannot unpack it|did not take the image/);
    });

    it('and keeps steps, settings and the other layers', async () => {
      const cwd = await folderOf();
      const [tag, target] = [tagOf('steps'), tagOf('steps-squashed')];
      await changeFiles(cwd, {
        Dockerfile: [
          `FROM ${SMALL_BASE}`,
          `RUN echo ${fresh()} > /a && echo b > /b`,
          'ENV A=1',
          'RUN mv /a /c && echo more >> /b',
          'RUN echo d > /d',
          'LABEL of=tests',
          'CMD ["/bin/sh", "-c", "cat /b /d && echo $A"]',
        ].join('\n'),
      });
      await docker(host, 'build', '-q', '-t', tag, cwd);
      await squash(host, cwd, tag, '--layers', '1..2', '--tag', target);
      const env = { DOCKER_HOST: host };
      const [before, after] = [
        await openedAs(tag, env, async image => image),
        await openedAs(target, env, async image => image),
      ];
      expect(after.history.map(({ createdBy }) => createdBy)).toEqual(
        before.history.map(({ createdBy }) => createdBy),
      );
      expect(after.labels).toEqual(before.labels);
      expect([after.layers[0]?.diffId, after.layers[2]?.diffId]).toEqual([
        before.layers[0]?.diffId,
        before.layers[3]?.diffId,
      ]);
      expect([after.layers[0]?.digest, after.layers[2]?.digest]).toEqual([
        before.layers[0]?.digest,
        before.layers[3]?.digest,
      ]);
      expect(after.layers[1]?.createdBy).toBe(before.layers[2]?.createdBy);
      const { stdout } = await run('docker', ['run', '--rm', target], {
        env: { ...process.env, DOCKER_HOST: host },
      });
      expect(stdout).toBe('b\nmore\nd\n1\n');
    });
  });
});

const [, overlay2 = ''] = STORES[0];

describe.skipIf(overlay2 === '' || REGISTRY === '')(
  'an image with more layers than a graph driver takes',
  () => {
    const squashed = 'deadweight-squash-many:1';
    const pushed = `${REGISTRY}/deadweight-e2e/many:1`;
    afterAll(async () => {
      for (const tag of [squashed, pushed]) await docker(overlay2, 'rmi', '-f', tag).catch(() => undefined);
    });

    it('can be loaded and pulled when some in the middle are merged', async () => {
      const steps = Array.from({ length: 130 }, (_, index) => ({
        createdBy: `RUN ${index}`,
        layer: { [`f${index}`]: file(`${index}`) },
      }));
      const image = await fabricateImage({ steps, tags: ['deadweight-squash-many:0'] });
      const archive = await dockerArchive([image]);
      const cwd = await folderOf({ 'many.tar': archive });
      await expect(askEngine(overlay2, 'POST', '/images/load?quiet=1', archive)).resolves.toContain(
        'max depth exceeded',
      );
      await squash(overlay2, cwd, 'docker-archive:many.tar', '--layers', '50..61', '--tag', squashed);
      await squash(
        overlay2,
        cwd,
        'docker-archive:many.tar',
        '--layers',
        '50..61',
        '--output',
        `docker://${pushed}`,
      );
      await docker(overlay2, 'pull', pushed);
      const names = (await shownFiles(overlay2, squashed)).map(line => line.split(' ')[0]);
      expect(names.filter(name => name !== 'etc')).toEqual(steps.map((_, index) => `f${index}`).sort());
      expect(await shownFiles(overlay2, pushed)).toEqual(await shownFiles(overlay2, squashed));
      const diffIds = image.layers.map(({ diffId }) => diffId);
      await openedAs(`docker://${pushed}`, {}, async ({ layers }) => {
        const found = layers.map(({ diffId }) => diffId);
        expect([...found.slice(0, 50), ...found.slice(51)]).toEqual([
          ...diffIds.slice(0, 50),
          ...diffIds.slice(62),
        ]);
      });
    });
  },
);
