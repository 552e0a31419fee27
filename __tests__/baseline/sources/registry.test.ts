import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageAnalysis } from '../../../src/analysis/image-analysis.ts';
import { silentProgress } from '../../../src/base/effects.ts';
import { parsePlatform } from '../../../src/base/platform.ts';
import {
  type RegistryImage,
  type RegistryImageRequest,
  weighRegistryImage,
} from '../../../src/baseline/sources/registry.ts';
import { compareSnapshots } from '../../../src/compare/compare-snapshots.ts';
import { createSnapshot } from '../../../src/compare/snapshot-of.ts';
import type { ImageOrigins } from '../../../src/dockerfile/layer-origin.ts';
import { createDiskScanStore } from '../../../src/layer/scan-store.ts';
import { type WeighContext, weighImage } from '../../../src/run/weigh/weigh.ts';
import { withDirectory } from '../../support/conformance/medium.ts';
import { type FabricatedImage, fabricateImage } from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';
import type { StrictRegistryOptions } from '../../support/registry/strict-registry.ts';
import { imageOf, withRegistry } from '../../support/registry/with-registry.ts';
import { silentLog } from '../../support/silent-log.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const OTHER = 'f'.repeat(40);

function contextIn(directory: string): WeighContext {
  return {
    env: { DOCKER_CONFIG: directory },
    homeDir: directory,
    scanStore: createDiskScanStore(join(directory, 'scans'), { log: silentLog }),
    hostPlatform: parsePlatform('linux/amd64'),
    exec: { run: () => Promise.reject(new Error('no program may be run here')) },
    engineStore: 'auto',
    log: silentLog,
    progress: silentProgress,
  };
}

/** As a build tells them. */
function origins(layerCount: number, baseLayerCount: number): ImageOrigins {
  const layers = Array.from({ length: layerCount }, (_, index) => {
    const origin = index < baseLayerCount ? ('base' as const) : ('own' as const);
    return { origin, instruction: null, cache: 'unknown' as const, durationMs: null };
  });
  return { layers, baseLayerCount, baseImageName: 'debian:bookworm', baseImageDigest: null };
}

interface Asked {
  readonly found: RegistryImage;
  readonly head: ImageAnalysis;
  /** Blobs that the baseline cost, with its config. */
  readonly fetched: readonly string[];
}

/** Weighs `app:head` with two base layers, then asks for the baseline. */
async function asked(
  head: FabricatedImage,
  others: readonly FabricatedImage[],
  request: Partial<RegistryImageRequest & Pick<ImageAnalysis, 'platform'>>,
  options: StrictRegistryOptions = {},
  baseLayers: number | null = 2,
): Promise<Asked> {
  let result: Asked | null = null;
  await withDirectory(directory =>
    withRegistry([head, ...others], options, async ({ host, blobGets }) => {
      const context = contextIn(directory);
      const told = baseLayers === null ? null : origins(head.layers.length, baseLayers);
      const wanted = { reference: `docker://${host}/app:head`, platform: null, verify: false };
      const analysis = await weighImage({ ...wanted, origins: () => told }, context);
      const before = blobGets.length;
      const { platform = analysis.platform, ...values } = request;
      const template = `${host}/${values.template ?? 'app:{sha}'}`;
      const found = await weighRegistryImage(
        { sha: SHA, branch: 'main', ...values, template },
        { ...analysis, platform },
        (reference, platform, origins) =>
          weighImage({ reference, platform, origins, verify: false }, context),
      );
      result = { found, head: analysis, fetched: blobGets.slice(before) };
    }),
  );
  if (!result) throw new TypeError('there is a result');
  return result;
}

const head = () => imageOf([1, 2, 3, 4], 'app:head');
const isAbsent = (code: string, message: RegExp) => ({
  absence: { code, message: expect.stringMatching(message) },
});

describe('the baseline of a registry', () => {
  it('is weighed without what the head has, and compared byte for byte', async () => {
    const base = await imageOf([1, 2, 3, 5], `app:${SHA}`);
    const { found, head: analysis, fetched } = await asked(await head(), [base], {});
    expect(fetched).toEqual([base.config.digest, base.layers[3]?.digest]);
    if (!('snapshot' in found)) throw new TypeError(found.absence.message);
    expect(found).toMatchObject({
      notices: [],
      snapshot: { commit: SHA, baseLayerCount: 2, size: 160_000 },
    });
    expect(found.snapshot.layers.map(({ origin }) => origin)).toEqual(['base', 'base', 'own', 'own']);
    const comparison = compareSnapshots(found.snapshot, createSnapshot(analysis, null));
    expect(comparison.baseImageChanged).toBe(false);
    expect(comparison.layers.map(({ change }) => change)).toContain('unchanged');
    expect(comparison.causes.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(comparison.delta.size);
    expect(comparison.delta.compressedSize).not.toBeNull();
  });

  it('on another base does not guess, and says so', async () => {
    const { found } = await asked(await head(), [await imageOf([7, 2, 3], `app:${SHA}`)], {});
    expect(found).toMatchObject({
      snapshot: { baseLayerCount: null, baseImageName: null },
      notices: [{ code: 'baseline-on-other-base', message: expect.stringMatching(/does not start with/) }],
    });
  });

  it('of a head whose base is unknown has none either', async () => {
    const { found } = await asked(await head(), [await imageOf([1, 2], `app:${SHA}`)], {}, {}, null);
    expect(found).toMatchObject({ snapshot: { baseLayerCount: null }, notices: [] });
  });

  it.each([
    ['of the base', SHA, SHA, []],
    ['of another commit', OTHER, OTHER, [/it was built from fffffff, and the base is 0123456/]],
    [
      'that nobody can tell',
      'v1 <script>',
      null,
      [/the image does not name its commit, which may not be the base 0123456/],
    ],
  ])('with a tag that moves and a revision %s', async (_what, revision, commit, messages) => {
    const base = await fabricateImage({
      tags: ['app:main'],
      labels: { 'org.opencontainers.image.revision': revision },
      steps: [{ createdBy: 'x', layer: { a: file(10) } }],
    });
    const { found } = await asked(await head(), [base], { template: 'app:{branch}' }, {}, null);
    expect(found).toMatchObject({ snapshot: { commit } });
    expect('notices' in found ? found.notices : []).toEqual(
      messages.map(message => ({
        code: 'baseline-of-other-commit',
        message: expect.stringMatching(message),
      })),
    );
  });
});

describe('there is no baseline', () => {
  it('when the registry does not have it', async () => {
    const { found } = await asked(await head(), [], {});
    expect(found).toEqual(
      isAbsent('base-not-in-registry', /^There is no comparison: .*does not have the image .*Check the name/),
    );
  });

  it('when it is for another platform, even one that runs', async () => {
    const base = await fabricateImage({
      tags: [`app:${SHA}`],
      platform: { os: 'linux', architecture: 'arm', variant: 'v6' },
      steps: [{ createdBy: 'x', layer: { a: file(10) } }],
    });
    for (const platform of ['linux/amd64', 'linux/arm/v7']) {
      const { found } = await asked(await head(), [base], { platform: parsePlatform(platform) });
      expect(found).toEqual(isAbsent('base-lacks-platform', /linux\/arm\/v6/));
    }
  });

  it('when the registry does not let us', async () => {
    const { found } = await asked(
      await head(),
      [await imageOf([9], `app:${SHA}`)],
      {
        template: 'app:{sha}',
      },
      {
        faults: [{ on: new RegExp(`manifests/${SHA}`), do: response => void response.writeHead(403).end() }],
      },
    );
    expect(found).toEqual(isAbsent('base-unavailable', /denies access to .* `docker login 127\.0\.0\.1/));
  });

  it('when the layers are damaged', async () => {
    const base = await imageOf([9], `app:${SHA}`);
    const faults = [
      {
        on: new RegExp(base.layers[0]?.digest ?? ''),
        do: (response: { end(text: string): void }) => response.end('x'),
      },
    ];
    const { found } = await asked(await head(), [base], {}, { faults });
    expect(found).toEqual(isAbsent('base-unavailable', /Layer 0 /));
  });

  it('when nothing tells the commit, or the template is none', async () => {
    for (const request of [{ sha: null }, { template: 'app:{tag}' }, { template: 'App:{sha}' }]) {
      const { found } = await asked(await head(), [], request);
      expect(found).toEqual(isAbsent('base-unavailable', /^There is no comparison: /));
    }
  });
});
