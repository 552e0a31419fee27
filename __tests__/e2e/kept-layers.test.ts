import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadweight } from '../support/e2e/command-line.ts';
import { dockerEnv, fresh, SMALL_BASE } from '../support/e2e/engines.ts';
import { type RemoteBuilder, remoteBuilder } from '../support/e2e/remote-builder.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import { folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';

const HOST = process.env['DEADWEIGHT_E2E_CONTAINERD'];

describe.skipIf(HOST === undefined)('layers that builds export', () => {
  let builder: RemoteBuilder;

  beforeAll(async () => {
    builder = await remoteBuilder(dockerEnv(HOST));
  });

  afterAll(() => builder?.close());

  /** Builds, with what is kept in a directory, and says what was weighed. */
  async function build(cache: string, dockerfile: string, ...args: readonly string[]) {
    const { layers, compressedSize } = await buildWith({ DEADWEIGHT_CACHE_DIR: cache }, dockerfile, ...args);
    return { layers, compressedSize };
  }

  async function buildWith(more: Record<string, string>, dockerfile: string, ...args: readonly string[]) {
    const cwd = await folderOf({ Dockerfile: dockerfile });
    const json = join(await folderOf(), 'report.json');
    const env = { ...builder.env, ...more };
    const ended = await deadweight(['build', '--json', json, ...args, '.'], { cwd, env });
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    const { layers, image, build: made } = await reportIn(json);
    const blobs = layers.map(({ diffId, digest, compressedSize }) => ({ diffId, digest, compressedSize }));
    const outcomes = made?.steps.map(({ name, outcome }) => `${outcome} ${name}`);
    const { compressedSize, reference } = image;
    return { layers: blobs, compressedSize, medium: reference.split(':')[0], outcomes, said: ended.stderr };
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

  const API = ['--engine-store', 'api'] as const;

  it.each([
    ['the containerd store', ...API],
    ['a remote builder', '--builder', 'far'],
  ])('are written once: %s', async (_builder, ...args) => {
    const cache = await folderOf();
    const own = `FROM ${SMALL_BASE}\n${makes(300_000)}`;
    const first = await build(cache, own, ...args);
    const before = await kept(cache);
    expect(before.size).toBeGreaterThan(0);
    const again = await build(cache, own, ...args);
    expect(again.layers).toEqual(first.layers);
    expect(again.compressedSize).toBe(first.compressedSize);
    expect(await kept(cache)).toEqual(before);
    const more = await build(cache, `${own}${makes(200_000)}`, ...args);
    expect(more.layers.slice(0, -1)).toEqual(first.layers);
    expect([...(await kept(cache))]).toEqual(expect.arrayContaining([...before]));
    expect((await kept(cache)).size).toBe(before.size + 1);
  });

  it('serve builds that run at once', async () => {
    const cache = await folderOf();
    const own = `FROM ${SMALL_BASE}\n${makes(300_000)}`;
    const first = await build(cache, own, ...API);
    const others = [1, 2, 3].map(each => build(cache, `${own}${makes(100_000 * each)}`, ...API));
    for (const { layers } of [...(await Promise.all(others)), await build(cache, own, ...API)]) {
      expect(layers.slice(0, first.layers.length)).toEqual(first.layers);
    }
    expect((await kept(cache)).size).toBeGreaterThanOrEqual(4);
  });

  it.each(['cut off', 'of other bytes'].slice(0, times(1, 2)))(
    'are written anew where one is %s',
    async how => {
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
    },
  );

  it("are not exported where the engine's own files are read, and figures are the same", async () => {
    const cache = await folderOf();
    const own = `FROM ${SMALL_BASE}\n${makes(300_000)}`;
    const here = await buildWith({ DEADWEIGHT_CACHE_DIR: cache }, own);
    expect(here.medium).toBe('docker-daemon');
    await expect(kept(cache)).rejects.toThrow('ENOENT');
    const exported = await buildWith({ DEADWEIGHT_CACHE_DIR: await folderOf() }, own, ...API);
    expect(exported.medium).toBe('oci');
    expect(here.layers).toEqual(exported.layers);
    expect(here.compressedSize).toBe(exported.compressedSize);
  });

  it.each(['linux/arm64', 'linux/amd64,linux/arm64'])('nor of other platforms: %s', async platform => {
    const own = `FROM scratch\nARG TARGETARCH\nADD --chmod=0644 <<EOF /made\n$TARGETARCH ${fresh()}\nEOF\n`;
    const weigh = async (...args: readonly string[]) => {
      const cwd = await folderOf({ Dockerfile: own });
      const json = join(await folderOf(), 'report.json');
      const all = ['build', '--json', json, '--platform', platform, ...args, '.'];
      const ended = await deadweight(all, { cwd, env: builder.env });
      expect(ended, ended.stderr).toMatchObject({ code: 0 });
      const ofPlatform = (each: string) => json.replace('.json', `-${each.replace('/', '-')}.json`);
      const several = platform.split(',').length > 1;
      const paths = platform.split(',').map(each => (several ? ofPlatform(each) : json));
      return await Promise.all(
        paths.map(async path => {
          const { layers, image } = await reportIn(path);
          return { layers: layers.map(({ diffId, digest }) => [diffId, digest]), platform: image.platform };
        }),
      );
    };
    expect(await weigh()).toEqual(await weigh(...API));
  });

  it('are exported from the cache where the engine has the image no more', async () => {
    const folder = await folderOf();
    const real = process.env['PATH'] ?? '';
    // As another build of the same name takes its place.
    const script = `#!/bin/sh
PATH='${real}'
docker "$@" || exit
case "$*" in *type=oci*) exit ;; "buildx build "*) ;; *) exit ;; esac
while [ "$1" != --iidfile ]; do shift; done
exec docker image rm --force "$(cat "$2")"
`;
    const program = join(folder, 'docker');
    await writeFile(program, script);
    await chmod(program, 0o755);
    const cache = await folderOf();
    const dockerfile = `FROM ${SMALL_BASE}\n${makes(300_000)}`;
    const gone = await buildWith(
      { DEADWEIGHT_CACHE_DIR: cache, PATH: `${folder}:${real}` },
      dockerfile,
      '--debug',
    );
    expect(gone.medium).toBe('oci');
    expect(gone.said).toContain('it is exported from the cache');
    expect((await kept(cache)).size).toBe(2);
    // As the first of both has run.
    expect(gone.outcomes).toContainEqual(expect.stringMatching(/^executed .*RUN head/));
    expect((await build(cache, dockerfile)).layers).toEqual(gone.layers);
  });
});
