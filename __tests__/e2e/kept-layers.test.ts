import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadweight } from '../support/e2e/command-line.ts';
import { dockerEnv, fresh, SMALL_BASE } from '../support/e2e/engines.ts';
import { type RemoteBuilder, remoteBuilder } from '../support/e2e/remote-builder.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import { folderOf } from '../support/folder.ts';

const HOST = process.env['DEADWEIGHT_E2E_CONTAINERD'];

describe.skipIf(HOST === undefined)('layers that builds export', () => {
  let builder: RemoteBuilder;

  beforeAll(async () => {
    builder = await remoteBuilder(dockerEnv(HOST));
  });

  afterAll(() => builder?.close());

  /** Builds, with what is kept in a directory, and says what was weighed. */
  async function build(cache: string, dockerfile: string, ...args: readonly string[]) {
    const cwd = await folderOf({ Dockerfile: dockerfile });
    const json = join(await folderOf(), 'report.json');
    const env = { ...builder.env, DEADWEIGHT_CACHE_DIR: cache };
    const ended = await deadweight(['build', '--json', json, ...args, '.'], { cwd, env });
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    const { layers, image } = await reportIn(json);
    const blobs = layers.map(({ diffId, digest, compressedSize }) => ({ diffId, digest, compressedSize }));
    return { layers: blobs, compressedSize: image.compressedSize };
  }

  /** Which file each kept layer is. */
  async function kept(cache: string): Promise<ReadonlyMap<string, number>> {
    const folder = join(cache, 'layers');
    const names = await readdir(folder);
    return new Map(
      await Promise.all(names.map(async name => [name, (await stat(join(folder, name))).ino] as const)),
    );
  }

  const makes = (bytes: number): string => `RUN head -c ${bytes} /dev/urandom > /made # ${fresh()}\n`;

  it.each([['the containerd store'], ['a remote builder', '--builder', 'far']])(
    'are written once: %s',
    async (_builder, ...args) => {
      const cache = await folderOf();
      const own = `FROM ${SMALL_BASE}\n${makes(300_000)}`;
      const first = await build(cache, own, ...args);
      const before = await kept(cache);
      expect(before.size).toBeGreaterThan(0);
      expect(await build(cache, own, ...args)).toEqual(first);
      expect(await kept(cache)).toEqual(before);
      const more = await build(cache, `${own}${makes(200_000)}`, ...args);
      expect(more.layers.slice(0, -1)).toEqual(first.layers);
      expect([...(await kept(cache))]).toEqual(expect.arrayContaining([...before]));
      expect((await kept(cache)).size).toBe(before.size + 1);
    },
  );

  it('serve builds that run at once', async () => {
    const cache = await folderOf();
    const own = `FROM ${SMALL_BASE}\n${makes(300_000)}`;
    const first = await build(cache, own);
    const others = [1, 2, 3].map(each => build(cache, `${own}${makes(100_000 * each)}`));
    for (const { layers } of [...(await Promise.all(others)), await build(cache, own)]) {
      expect(layers.slice(0, first.layers.length)).toEqual(first.layers);
    }
    expect((await kept(cache)).size).toBeGreaterThanOrEqual(4);
  });

  it.each(['cut off', 'of other bytes'])('are written anew where one is %s', async how => {
    const cache = await folderOf();
    const own = `FROM ${SMALL_BASE}\n${makes(300_000)}`;
    const first = await build(cache, own, '--builder', 'far');
    for (const name of await readdir(join(cache, 'layers'))) {
      const path = join(cache, 'layers', name);
      const bytes = await readFile(path);
      const damaged = how === 'cut off' ? bytes.subarray(0, 70_000) : bytes.fill(7, 50_000, 60_000);
      await rm(path);
      await writeFile(path, damaged);
    }
    // What is known of the layers would be believed.
    for (const name of await readdir(cache))
      if (name !== 'layers') await rm(join(cache, name), { recursive: true });
    expect(await build(cache, own, '--builder', 'far')).toEqual(first);
    expect(await build(cache, own, '--builder', 'far')).toEqual(first);
  });
});
