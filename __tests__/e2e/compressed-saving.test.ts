import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Image } from '../../src/image/image.ts';
import { openImage } from '../../src/image/open-image.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { measureCompressedSavings } from '../../src/savings/compressed-savings.ts';
import type { FreedFile } from '../../src/savings/layer-files.ts';
import { THOROUGH_LIMIT } from '../../src/savings/measuring-cost.ts';
import { openOptions } from '../support/conformance/medium.ts';
import { BASE, dockerEnv, STORES } from '../support/e2e/engines.ts';
import { folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';

const COPY = 'cp -a /from/lists /from/lib /from/perl /opt/';

/** What fixes take away, and how: in the RUN that wrote it, or (`apart`) where a later RUN removed it in vain. */
const DOCKERFILE = `FROM ${BASE} AS source
RUN apt-get update && mkdir -p /from && cp -a /var/lib/apt/lists /usr/share/doc /from/ \\
 && cp -a /usr/lib/x86_64-linux-gnu /from/lib && mv /from/lib/perl-base /from/perl
FROM ${BASE} AS apart
RUN --mount=from=source,source=/from,target=/from ${COPY}
RUN rm -rf /opt/lists
RUN --mount=from=source,source=/from,target=/from cp -a /from/doc /opt/ && rm -rf /opt/perl
FROM ${BASE} AS left
RUN --mount=from=source,source=/from,target=/from ${COPY} && cp -a /from/doc /opt/
FROM ${BASE} AS merged
RUN --mount=from=source,source=/from,target=/from ${COPY} && cp -a /from/doc /opt/ && rm -rf /opt/lists /opt/perl
FROM ${BASE} AS without-lists
RUN --mount=from=source,source=/from,target=/from ${COPY} && cp -a /from/doc /opt/ && rm -rf /opt/lists
FROM ${BASE} AS without-libraries
RUN --mount=from=source,source=/from,target=/from ${COPY} && cp -a /from/doc /opt/ && rm -rf /opt/lib/*.so*
FROM ${BASE} AS without-documentation
RUN --mount=from=source,source=/from,target=/from ${COPY} && cp -a /from/doc /opt/ && rm -rf /opt/doc
`;

const FIXES = [
  ['left', 'without-lists'],
  ['left', 'without-libraries'],
  ['left', 'without-documentation'],
  ['apart', 'merged'],
] as const;
const TARGETS = [...new Set(FIXES.flat())];

/**
 * What one and the same removal saves differs by so much between two real layers that have their files in another order:
 * it moves the borders of all blocks behind it. Bytes.
 */
const BORDERS = 12_000;

const [[, OVERLAY2], [, CONTAINERD]] = STORES;
/** The usual one every day. */
const PACKINGS = ['gzip', 'zstd'].slice(0, times(1, 2));
const registry = process.env['DEADWEIGHT_REGISTRY'];
const table: string[] = [];
afterAll(() => console.log(table.join('\n')));

describe.skipIf(CONTAINERD === undefined)('what BuildKit writes', () => {
  const env = dockerEnv(CONTAINERD);
  let folder = '';
  beforeAll(async () => {
    folder = await folderOf({ Dockerfile: DOCKERFILE });
    for (const packing of PACKINGS) {
      const builds = TARGETS.map(target => {
        const output = `type=oci,tar=false,dest=${folder}/${packing}-${target},compression=${packing}`;
        return build(env, target, folder, '--output', `${output},force-compression=true`);
      });
      await Promise.all(builds);
    }
  });

  it.each(PACKINGS)('is smaller by what was predicted, within 3 %: %s', async packing => {
    await expectPredicted(target => `oci:${folder}/${packing}-${target}`, packing);
  });
});

describe.skipIf(OVERLAY2 === undefined || registry === undefined)('what a graph driver pushes', () => {
  const env = dockerEnv(OVERLAY2);
  const name = (target: string): string => `${registry}/deadweight-e2e-saving:${target}`;
  beforeAll(async () => {
    const folder = await folderOf({ Dockerfile: DOCKERFILE });
    const pushes = TARGETS.map(async target => {
      await build(env, target, folder, '--tag', name(target));
      await docker(env, 'push', '--quiet', name(target));
    });
    await Promise.all(pushes);
  });
  afterAll(async () => void (await docker(env, 'image', 'rm', ...TARGETS.map(name))));

  it('is smaller by what was predicted from the engine, which has no blobs', async () => {
    await expectPredicted(
      target => `docker://${name(target)}`,
      'push',
      target => `docker-daemon:${name(target)}`,
    );
  });
});

/** @param predictedOf where the image is that the prediction is made from */
async function expectPredicted(
  referenceOf: (target: string) => string,
  label: string,
  predictedOf = referenceOf,
): Promise<void> {
  const real = new Map<string, number>();
  const paths = new Map<string, ReadonlySet<string>>();
  for (const target of TARGETS) {
    await opened(referenceOf(target), async image => {
      real.set(
        target,
        image.layers.reduce((sum, { compressedSize }) => sum + (compressedSize ?? Number.NaN), 0),
      );
      paths.set(
        target,
        new Set((await scansOf(image)).flatMap(({ entries }) => [...entries].map(({ path }) => path))),
      );
    });
  }
  for (const before of ['left', 'apart']) {
    await opened(predictedOf(before), async image => {
      const scans = await scansOf(image);
      const fixes = FIXES.filter(([from]) => from === before);
      const savings = fixes.map(([, to]) => missingIn(paths.get(to) ?? new Set(), scans));
      const { bytes, failure, leftOut } = await measureCompressedSavings(
        image,
        scans,
        savings,
        THOROUGH_LIMIT,
      );
      expect([failure, leftOut.count]).toEqual([null, 0]);
      for (const [index, [, to]] of fixes.entries()) {
        const saved = (real.get(before) ?? 0) - (real.get(to) ?? 0);
        const predicted = bytes[index] ?? Number.NaN;
        const off = predicted - saved;
        table.push(`${label} ${to}: ${predicted} for ${saved}, ${((100 * off) / saved).toFixed(2)} %`);
        expect(saved).toBeGreaterThan(100_000);
        expect(Math.abs(off), table.at(-1)).toBeLessThanOrEqual(Math.max(saved * 0.03, BORDERS));
      }
    });
  }
}

/** Files that the fixed image has not. */
function missingIn(paths: ReadonlySet<string>, scans: readonly LayerScan[]): readonly FreedFile[] {
  return scans.flatMap(({ entries }, layer) =>
    [...entries]
      .filter(({ path, kind, size }) => kind === 'file' && size > 0 && !paths.has(path))
      .map(({ path, size }) => ({ layer, path, bytes: size })),
  );
}

async function opened(reference: string, body: (image: Image) => Promise<void>): Promise<void> {
  const image = await openImage(reference, openOptions({ env: { DOCKER_HOST: OVERLAY2 ?? '' } }));
  try {
    await body(image);
  } finally {
    await image.close();
  }
}

async function scansOf(image: Image): Promise<readonly LayerScan[]> {
  return (await image.scan({})).filter(scan => scan !== null);
}

function build(
  env: Record<string, string>,
  target: string,
  folder: string,
  ...more: readonly string[]
): Promise<void> {
  return docker(env, 'buildx', 'build', '--target', target, '--provenance=false', ...more, folder);
}

async function docker(env: Record<string, string>, ...args: readonly string[]): Promise<void> {
  await promisify(execFile)('docker', args, { env, maxBuffer: 64 * 1024 * 1024 });
}
