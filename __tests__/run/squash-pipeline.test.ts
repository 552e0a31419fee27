import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { DeadweightError } from '../../src/base/errors.ts';
import type { Platform } from '../../src/base/platform.ts';
import { openImage } from '../../src/image/open-image.ts';
import { parseTarget } from '../../src/image/targets/open-target.ts';
import type { SquashReport } from '../../src/report/squash-report.ts';
import { renderSquash } from '../../src/report/terminal/render-squash.ts';
import { type SquashCommand, squash } from '../../src/run/squash-pipeline.ts';
import { weighImage } from '../../src/run/weigh/weigh.ts';
import { containerdArchive, type FakeEngine, fakeEngine } from '../support/conformance/fake-engine.ts';
import { bytesOfStream, openOptions } from '../support/conformance/medium.ts';
import { filesOf } from '../support/conformance/target-media.ts';
import { containersStorage } from '../support/fabricate/containers-storage.ts';
import { dockerArchive, jibArchive, kanikoArchive } from '../support/fabricate/docker-archive.ts';
import {
  blobOf,
  type FabricatedImage,
  fabricateImage,
  type ImageDescription,
  type Step,
} from '../support/fabricate/image.ts';
import { dir, file, whiteout } from '../support/fabricate/node.ts';
import { ociLayout, skopeoDirectory, writeFiles } from '../support/fabricate/oci-layout.ts';
import { layerDescriptions } from '../support/fabricate/random-image.ts';
import { folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';
import { describeTree, flatten } from '../support/squash/flattened.ts';
import { testEnvironment } from '../support/test-environment.ts';

const AMD: Platform = { os: 'linux', architecture: 'amd64' };
const ARM: Platform = { os: 'linux', architecture: 'arm64' };

const STEPS: readonly Step[] = [
  { createdBy: 'FROM', layer: { 'etc/os': file(2000), etc: dir() } },
  { createdBy: 'ENV A=b' },
  { createdBy: 'RUN get', layer: { 'tmp/archive': file(50_000), 'usr/app': file(9000, { seed: 1 }) } },
  { createdBy: 'RUN rm', layer: { 'tmp/archive': whiteout(), 'etc/conf': file('x') } },
  { createdBy: 'USER app' },
  { createdBy: 'COPY .', layer: { 'srv/app': file(3000, { seed: 2 }) } },
];

const image = (more: Partial<ImageDescription> = {}) =>
  fabricateImage({ steps: STEPS, tags: ['app:1'], ...more });

interface Asked extends Partial<Omit<SquashCommand, 'target' | 'reference'>> {
  /** `docker-archive:out.tar`, below the folder. */
  readonly output?: string;
  readonly host?: Platform;
}

/** Engines of tests, by the folder that their image belongs to. */
const ENGINES = new Map<string, FakeEngine>();

afterEach(async () => {
  await Promise.all([...ENGINES.values()].map(engine => engine.close()));
  ENGINES.clear();
});

/** A reference or an output whose path is one below a folder. */
function placedIn(folder: string, text: string): string {
  if (text.startsWith('docker-daemon:')) return text;
  if (text.startsWith('containers-storage:')) return text.replace(':', `:[overlay@${folder}/in]`);
  return text.replace(':', `:${folder}/`);
}

function environmentOf(folder: string): Readonly<Record<string, string>> {
  const engine = ENGINES.get(folder);
  return engine === undefined ? {} : { DOCKER_HOST: engine.host };
}

/** Squashes an image; references and outputs are paths below the folder. */
async function run(
  folder: string,
  reference: string,
  { output, host = AMD, ...asked }: Asked,
): Promise<SquashReport> {
  const below = (text: string) => placedIn(folder, text);
  const command: SquashCommand = {
    reference: below(reference),
    platform: null,
    wanted: { kind: 'own' },
    beside: [],
    packing: null,
    dryRun: false,
    ...asked,
    above: asked.above ? below(asked.above) : null,
    target: output === undefined ? null : parseTarget(below(output), null),
  };
  await mkdir(join(folder, 'run'), { recursive: true });
  return await squash(
    command,
    testEnvironment(folder, {
      temporaryDir: join(folder, 'run'),
      env: environmentOf(folder),
      hostPlatform: host,
    }),
  );
}

const ranges = (...texts: string[]) => ({ wanted: { kind: 'ranges', texts } }) as const;

/** An image as it is read: its documents, its layers, and the filesystem that they show. */
async function read(folder: string, reference: string, platform: Platform = AMD) {
  const env = environmentOf(folder);
  const opened = await openImage(placedIn(folder, reference), openOptions({ platform, env }));
  try {
    const { config, manifest } = await opened.documents();
    const tars: Buffer[] = [];
    for (const layer of opened.layers) tars.push(await bytesOfStream(layer.open()));
    return {
      image: opened,
      config: JSON.parse(Buffer.from(config).toString()),
      manifest: manifest && JSON.parse(Buffer.from(manifest).toString()),
      digests: opened.layers.map(({ digest }) => digest),
      diffIds: opened.layers.map(({ diffId }) => diffId),
      createdBy: opened.layers.map(({ createdBy }) => createdBy),
      tree: describeTree(await flatten(tars)),
    };
  } finally {
    await opened.close();
  }
}

async function sizeOf(folder: string, reference: string): Promise<number> {
  const request = { platform: AMD, origins: () => null, verify: true };
  const environment = testEnvironment(folder);
  const named = { ...request, reference: placedIn(folder, reference) };
  return (await weighImage(named, environment)).size;
}

/** A folder with one image, by how it is kept. */
const SOURCES: Readonly<Record<string, (made: FabricatedImage, folder: string) => Promise<string>>> = {
  'docker-archive': async (made, folder) => {
    await writeFile(join(folder, 'in.tar'), await dockerArchive([made]));
    return 'docker-archive:in.tar';
  },
  jib: async (made, folder) => {
    await writeFile(join(folder, 'in.tar'), await jibArchive([made]));
    return 'docker-archive:in.tar';
  },
  kaniko: async (made, folder) => {
    await writeFile(join(folder, 'in.tar'), await kanikoArchive([made]));
    return 'docker-archive:in.tar';
  },
  oci: async (made, folder) => {
    await writeFiles(join(folder, 'in'), ociLayout([made]));
    return 'oci:in';
  },
  dir: async (made, folder) => {
    await writeFiles(join(folder, 'in'), skopeoDirectory([made]));
    return 'dir:in';
  },
  'containers-storage': async (made, folder) => {
    await writeFiles(join(folder, 'in'), containersStorage([made]));
    return 'containers-storage:app:1';
  },
  'an engine with a graph driver': async (made, folder) => {
    ENGINES.set(
      folder,
      await fakeEngine([made], { api: 51, store: 'graph', archive: await dockerArchive([made]) }),
    );
    return 'docker-daemon:app:1';
  },
  'an engine with the containerd store': async (made, folder) => {
    const archive = await containerdArchive([made]);
    ENGINES.set(folder, await fakeEngine([made], { api: 51, store: 'containerd', archive }));
    return 'docker-daemon:app:1';
  },
};

const OUTPUTS = ['docker-archive:out.tar', 'oci:out', 'oci-archive:out.tar', 'dir:out'] as const;

describe('an image whose layers are merged', () => {
  it('shows the same filesystem, whatever it is, where it comes from and where it goes', async () => {
    let written = 0;
    const drawn = fc.record({
      layers: fc.array(layerDescriptions, { minLength: 2, maxLength: 5 }),
      // A store has files as they are unpacked: no path of a random layer may be there twice.
      from: fc.constantFrom(...Object.keys(SOURCES).filter(name => name !== 'containers-storage')),
      output: fc.constantFrom(...OUTPUTS),
      compression: fc.constantFrom('gzip', 'zstd', 'none'),
      docker: fc.boolean(),
      one: fc.nat(),
      other: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(drawn, async ({ layers, from, output, compression, docker, one, other }) => {
        const first = one % (layers.length - 1);
        const last = first + 1 + (other % (layers.length - 1 - first));
        const steps = layers.flatMap((layer, index): Step[] => [
          { createdBy: `RUN ${index}`, layer },
          { createdBy: `ENV ${index}` },
        ]);
        const made = await image({ steps, compression, docker });
        const folder = await folderOf();
        const reference = (await SOURCES[from]?.(made, folder)) ?? '';
        const report = await run(folder, reference, { output, ...ranges(`${first}..${last}`) }).catch(
          (error: unknown) => {
            // What no engine unpacks is refused.
            if (error instanceof DeadweightError && error.message.includes('hard link')) return null;
            throw error;
          },
        );
        if (report === null) return;
        written += 1;
        const [before, after] = [await read(folder, reference), await read(folder, output)];
        expect(after.tree).toEqual(before.tree);
        const rest = <T>(items: readonly T[]) => [...items.slice(0, first), ...items.slice(last)];
        expect(after.createdBy).toEqual(rest(before.createdBy));
        expect(after.diffIds.toSpliced(first, 1)).toEqual(rest(before.diffIds).toSpliced(first, 1));
        if (!ENGINES.has(folder) && before.digests[0] && after.digests[0])
          expect(after.digests.toSpliced(first, 1)).toEqual(rest(before.digests).toSpliced(first, 1));
        const names = (history: readonly { readonly created_by: string }[]) =>
          history.map(({ created_by }) => created_by);
        expect(names(after.config.history)).toEqual(names(before.config.history));
        const [platform] = report.platforms;
        expect(platform?.after.size).toBe(await sizeOf(folder, output));
        expect(platform?.after.layerCount).toBe(after.diffIds.length);
        expect(platform?.imageId).toBe(after.image.imageId);
      }),
      { numRuns: times(40) },
    );
    expect(written).toBeGreaterThan(8);
  });

  it('is the same bytes again, and its config says no more than it did', async () => {
    const looks: (readonly string[])[] = [];
    for (const _turn of [1, 2]) {
      const folder = await folderOf();
      const reference = await SOURCES['oci']?.(await image(), folder);
      await run(folder, reference ?? '', { output: 'oci:out:1', ...ranges('1..2') });
      looks.push(await filesOf(join(folder, 'out')));
    }
    expect(looks[0]).toEqual(looks[1]);
  });

  it('keeps the types of its family, and has those of OCI where zstd is wanted', async () => {
    for (const [docker, type, expected] of [
      [true, null, /^application\/vnd\.docker\./],
      [false, null, /^application\/vnd\.oci\./],
      [true, 'zstd', /^application\/vnd\.oci\./],
    ] as const) {
      const folder = await folderOf();
      await writeFiles(join(folder, 'in'), ociLayout([await image({ docker })]));
      const packing = type && { type, level: 3 };
      await run(folder, 'oci:in', { output: 'oci:out', packing, ...ranges('1..2') });
      const { manifest, tree } = await read(folder, 'oci:out');
      const types = [manifest.mediaType, manifest.config.mediaType].concat(
        manifest.layers.map((layer: { mediaType: string }) => layer.mediaType),
      );
      for (const each of types) expect(each).toMatch(expected);
      expect(types.filter(each => each.endsWith('zstd'))).toHaveLength(type === null ? 0 : 1);
      expect(tree).toEqual((await read(folder, 'oci:in')).tree);
    }
  });

  it('loses its record of an inline cache and its attestations, and that is told', async () => {
    const made = await image();
    const config = {
      ...JSON.parse(made.config.bytes.toString()),
      'moby.buildkit.cache.v0': 'eyJ9',
      extra: [1],
    };
    const cached = withConfig(made, config);
    const folder = await folderOf();
    const files = ociLayout([cached], { multiPlatform: { tag: '1' }, attestations: true });
    await writeFiles(join(folder, 'in'), files);
    const planned = await run(folder, 'oci:in:1', { dryRun: true, ...ranges('1..2') });
    expect(planned.platforms[0]?.dropped).toEqual(['inline-cache', 'attestations']);
    const report = await run(folder, 'oci:in:1', { output: 'oci:out', ...ranges('1..2') });
    expect(report.platforms[0]?.dropped).toEqual(['inline-cache', 'attestations']);
    expect(renderSquash(report, { columns: 80, color: false })).toMatch(/inline cache.*attestations/s);
    const written = await read(folder, 'oci:out');
    expect(written.image.isAttested).toBe(false);
    expect(written.config).not.toHaveProperty(['moby.buildkit.cache.v0']);
    expect(written.config).toMatchObject({ extra: [1], config: config.config, created: config.created });
  });

  it.each(['jib', 'kaniko'])('keeps the packed layers of an archive of %s as they are', async from => {
    const made = await image();
    const folder = await folderOf();
    const reference = (await SOURCES[from]?.(made, folder)) ?? '';
    for (const output of ['oci:out', 'docker-archive:out.tar']) {
      await run(folder, reference, { output, ...ranges('1..2') });
      const { digests } = await read(folder, output);
      expect([digests[0], digests[2]]).toEqual([made.layers[0]?.digest, made.layers[3]?.digest]);
    }
  });

  it.each(Object.keys(SOURCES))('holds blobs of the digests that it names, from %s', async from => {
    for (const output of OUTPUTS) {
      const folder = await folderOf();
      const reference = (await SOURCES[from]?.(await image(), folder)) ?? '';
      const { tree } = await read(folder, reference);
      await run(folder, reference, { output, wanted: { kind: 'last', count: 2 } });
      expect((await read(folder, output)).tree).toEqual(tree);
    }
  });

  it('takes layers that are packed in other ways, which only programs unpack', async () => {
    const made = await image({ compression: 'none' });
    const folder = await folderOf();
    const program: string = 'xz';
    const pack = (tar: Buffer) => execFileSync(program, ['-0', '-c'], { input: tar });
    const packed = { ...made, layers: made.layers.map(layer => ({ ...layer, bytes: pack(layer.tar) })) };
    await writeFile(join(folder, 'in.tar'), await kanikoArchive([packed]));
    for (const output of ['docker-archive:out.tar', 'oci:out']) {
      await run(folder, 'docker-archive:in.tar', { output, ...ranges('1..2') });
      const { diffIds, tree } = await read(folder, output);
      expect(diffIds).toHaveLength(3);
      expect(tree).toEqual(describeTree(await flatten(made.layers.map(({ tar }) => tar))));
    }
  });
});

describe('the layers that are merged', () => {
  it('are those above an image, or all', async () => {
    const [base, made] = [await image({ steps: STEPS.slice(0, 3), tags: ['base:1'] }), await image()];
    const folder = await folderOf();
    await writeFiles(join(folder, 'in'), ociLayout([made]));
    await writeFiles(join(folder, 'base'), ociLayout([base]));
    const above = await run(folder, 'oci:in', { output: 'oci:a', above: 'oci:base' });
    expect(above.platforms[0]).toMatchObject({ ranges: [{ first: 2, last: 3 }], shared: [] });
    expect(above.advice).toBeNull();
    const digests = made.layers.map(({ digest }) => digest);
    expect((await read(folder, 'oci:a')).digests.slice(0, 2)).toEqual(digests.slice(0, 2));
    const all = await run(folder, 'oci:in', { output: 'oci:b', beside: [`oci:${folder}/base`] });
    expect(all.platforms[0]).toMatchObject({
      ranges: [{ first: 0, last: 3, saving: { bytes: 50_000 } }],
      shared: [{ layerCount: 2, size: 61_000 }],
    });
    const other = await image({ steps: [{ createdBy: 'x', layer: { x: file(1) } }] });
    await writeFiles(join(folder, 'other'), ociLayout([other]));
    await expect(run(folder, 'oci:in', { output: 'oci:c', above: 'oci:other' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/is not built on/),
    });
  });

  it('may be none: then nothing is written, and that is fine', async () => {
    const folder = await folderOf();
    const reference = (await SOURCES['oci']?.(await image(), folder)) ?? '';
    const before = await filesOf(folder);
    for (const output of OUTPUTS) {
      const report = await run(folder, reference, { output, wanted: { kind: 'last', count: 1 } });
      expect(report).toMatchObject({ output: null, platforms: [{ ranges: [], digest: null, dropped: [] }] });
      expect(renderSquash(report, { columns: 80, color: false })).toMatch(
        /nothing is merged\.\n\nNothing was written\.\n$/,
      );
    }
    expect((await filesOf(folder)).filter(line => line !== 'run/')).toEqual(before);
  });

  it.each([
    [{ wanted: { kind: 'last', count: 5 } }, /--last 5 is more than the image has: 4 layers/],
    [{ wanted: { kind: 'last', count: 0 } }, /is no number of layers/],
    [ranges('2..9'), /goes beyond the image, whose layers are 0 to 3/],
    [ranges('3..1'), /ends before it begins/],
    [ranges('a..b\u001b[2J'), /--layers a\.\.b.* is no range/],
    [ranges('0..2', '2..3'), /have a layer in common/],
  ] as const)('must be there: %j', async (asked, message) => {
    const folder = await folderOf();
    const reference = (await SOURCES['oci']?.(await image(), folder)) ?? '';
    const before = await filesOf(folder);
    await expect(run(folder, reference, { output: 'oci:out', ...asked })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message),
    });
    expect((await filesOf(folder)).filter(line => line !== 'run/')).toEqual(before);
  });

  it('are only measured where nothing is to be written', async () => {
    const folder = await folderOf();
    const reference = (await SOURCES['oci']?.(await image(), folder)) ?? '';
    const before = await filesOf(folder);
    const asked = { output: 'oci:out', ...ranges('1..2') };
    const dry = await run(folder, reference, { ...asked, dryRun: true });
    expect((await filesOf(folder)).filter(line => line !== 'run/')).toEqual(before);
    const written = await run(folder, reference, asked);
    expect(dry).toEqual({ ...written, output: null });
    const { output: _output, ...withoutTarget } = asked;
    const planned = await run(folder, reference, { ...withoutTarget, dryRun: true });
    expect(planned.platforms[0]?.after).toMatchObject({ size: written.platforms[0]?.after.size });
    expect(planned.platforms[0]?.after.compressedSize).toBeNull();
  });
});

describe('an image of several platforms', () => {
  async function both() {
    const folder = await folderOf();
    const made = await Promise.all([image(), image({ platform: ARM, steps: armSteps(STEPS) })]);
    await writeFiles(
      join(folder, 'in'),
      ociLayout(made, { multiPlatform: { tag: '1' }, attestations: true }),
    );
    const bases = [STEPS.slice(0, 3), armSteps(STEPS.slice(0, 3))];
    const based = await Promise.all([
      image({ steps: bases[0] ?? [] }),
      image({ platform: ARM, steps: bases[1] ?? [] }),
    ]);
    await writeFiles(join(folder, 'base'), ociLayout(based, { multiPlatform: { tag: '1' } }));
    return folder;
  }

  it.each(['oci:out:1', 'oci-archive:out.tar:1', 'dir:out'])('is an index of them in %s', async output => {
    const folder = await both();
    const report = await run(folder, 'oci:in:1', { output, ...ranges('1..2') });
    expect(report.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    for (const [index, platform] of [AMD, ARM].entries()) {
      const [before, after] = [
        await read(folder, 'oci:in:1', platform),
        await read(folder, output, platform),
      ];
      expect(after.tree).toEqual(before.tree);
      expect(after.image.platforms).toEqual([AMD, ARM]);
      expect(after.image.manifestDigest).toBe(report.platforms[index]?.digest);
    }
  });

  it('has the same digest on hosts of different platforms', async () => {
    const folder = await both();
    const asked = ranges('1..2');
    const [here, there] = [
      await run(folder, 'oci:in:1', { ...asked, output: 'oci:one:1' }),
      await run(folder, 'oci:in:1', { ...asked, output: 'oci:other:1', host: ARM }),
    ];
    expect(there.output?.digest).toBe(here.output?.digest);
    expect(there.platforms).toEqual(here.platforms);
  });

  it('is merged above the same platform of its base image', async () => {
    const folder = await both();
    const report = await run(folder, 'oci:in:1', {
      ...{ output: 'oci:out', above: 'oci:base:1', beside: [`oci:${folder}/base:1`] },
    });
    const merged = { ranges: [{ first: 2, last: 3 }] };
    expect(report.platforms).toMatchObject([merged, merged]);
  });

  it('loses its attestations also where nothing of a platform is merged, and that is told', async () => {
    const folder = await folderOf();
    const made = [await image(), await image({ platform: ARM, steps: STEPS.slice(0, 3) })];
    const files = ociLayout(made, { multiPlatform: { tag: '1' }, attestations: true });
    await writeFiles(join(folder, 'in'), files);
    const steps = STEPS.slice(0, 1);
    const based = [await image({ steps }), await image({ platform: ARM, steps })];
    await writeFiles(join(folder, 'base'), ociLayout(based, { multiPlatform: { tag: '1' } }));
    const report = await run(folder, 'oci:in:1', { output: 'oci:out:1', above: 'oci:base:1' });
    expect(report.platforms).toMatchObject([
      { ranges: [{ first: 1, last: 3 }], dropped: ['attestations'] },
      { ranges: [], digest: made[1]?.manifest.digest, dropped: ['attestations'] },
    ]);
    expect(renderSquash(report, { columns: 80, color: false })).toMatch(
      /nothing is merged\.\n.*attestations/,
    );
  });

  it('may be one alone', async () => {
    const folder = await both();
    await run(folder, 'oci:in:1', { output: 'docker-archive:out.tar', platform: ARM, ...ranges('1..2') });
    expect((await read(folder, 'docker-archive:out.tar', ARM)).image.platform).toEqual(ARM);
  });

  it('is refused where one alone can be written, before anything is read', async () => {
    const folder = await both();
    const before = await filesOf(folder);
    const written = run(folder, 'oci:in:1', { output: 'docker-archive:out.tar', ...ranges('1..2') });
    await expect(written).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/linux\/amd64, linux\/arm64/),
      remedy: expect.stringMatching(/--platform linux\/amd64,/),
    });
    expect((await filesOf(folder)).filter(line => line !== 'run/')).toEqual(before);
  });
});

describe('an output', () => {
  it.each([
    ['oci:full', { 'full/mine': 'x' }],
    ['dir:full', { 'full/mine': 'x' }],
    ['docker-archive:full', { 'full/mine': 'x' }],
    ['oci-archive:mine/out.tar', { mine: 'x' }],
    ['oci:mine', { mine: 'x' }],
  ])('%s that cannot be written is left alone', async (output, files) => {
    const folder = await folderOf(files);
    const reference = (await SOURCES['oci']?.(await image(), folder)) ?? '';
    const before = await filesOf(folder);
    await expect(run(folder, reference, { output, ...ranges('1..2') })).rejects.toMatchObject({
      code: 'output-unwritable',
    });
    expect((await filesOf(folder)).filter(line => line !== 'run/')).toEqual(before);
  });

  it('that was there stays where a layer is not what the config says', async () => {
    const made = await image();
    const config = JSON.parse(made.config.bytes.toString());
    config.rootfs.diff_ids[2] = made.layers[0]?.diffId;
    const folder = await folderOf({ 'out.tar': 'mine' });
    await writeFiles(join(folder, 'in'), ociLayout([withConfig(made, config)]));
    const written = run(folder, 'oci:in', { output: 'docker-archive:out.tar', ...ranges('1..2') });
    await expect(written).rejects.toMatchObject({ code: 'digest-mismatch' });
    expect(await readFile(join(folder, 'out.tar'), 'utf8')).toBe('mine');
    expect((await filesOf(folder)).filter(line => line.includes('partial'))).toEqual([]);
  });
});

it('an image of Windows is refused', async () => {
  const folder = await folderOf();
  const windows = await image({ platform: { os: 'windows', architecture: 'amd64' } });
  await writeFiles(join(folder, 'in'), ociLayout([windows]));
  await expect(run(folder, 'oci:in', { output: 'oci:out', ...ranges('1..2') })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/image of Windows/),
  });
});

it('an index of Windows and Linux says which platform to name', async () => {
  const folder = await folderOf();
  const made = [await image(), await image({ platform: { os: 'windows', architecture: 'amd64' } })];
  await writeFiles(join(folder, 'in'), ociLayout(made, { multiPlatform: { tag: '1' } }));
  const asked = { output: 'oci:out', ...ranges('1..2') };
  await expect(run(folder, 'oci:in:1', asked)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/image of Windows/),
    remedy: expect.stringMatching(/^Give --platform linux\/amd64, /),
  });
  expect((await run(folder, 'oci:in:1', { ...asked, platform: AMD })).output).not.toBeNull();
});

it('a report is text, whatever images are called', async () => {
  const hostile = 'in\u001b[2J\u202e\u0007';
  const folder = await folderOf();
  await writeFiles(join(folder, hostile), ociLayout([await image()]));
  const report = await run(folder, `oci:${hostile}`, {
    output: `oci:out${hostile}`,
    beside: [`oci:${folder}/${hostile}`],
    ...ranges('0..2'),
  });
  const text = renderSquash(report, { columns: 80, color: false });
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(text).toContain('shared with');
});

/** Files of the same paths with other contents. */
function armSteps(steps: readonly Step[]): readonly Step[] {
  return steps.map((step, index) =>
    step.layer === undefined ? step : { ...step, layer: { ...step.layer, [`arm${index}`]: file(100) } },
  );
}

function withConfig(made: FabricatedImage, content: unknown): FabricatedImage {
  const config = blobOf(content, made.config.mediaType);
  const manifest = JSON.parse(made.manifest.bytes.toString());
  manifest.config = { ...manifest.config, digest: config.digest, size: config.bytes.length };
  return { ...made, config, manifest: blobOf(manifest, made.manifest.mediaType) };
}

it('writes no file that is called as standard output is', () => {
  for (const output of ['docker-archive:-', 'oci-archive:-', 'oci:-', 'dir:-'])
    expect(() => parseTarget(output, null)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('is standard output') }),
    );
});
