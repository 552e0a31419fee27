import { Buffer } from 'node:buffer';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sha256 } from '../../src/base/digest.ts';
import type { UnchangedReason } from '../../src/compare/comparison.ts';
import type { Report } from '../../src/report/report.ts';
import { nodeExec } from '../build/node-exec.ts';
import { deadweight } from '../support/e2e/command-line.ts';
import { BASE, dockerEnv, fresh } from '../support/e2e/engines.ts';
import { noise } from '../support/e2e/lessons.ts';
import { reportOf } from '../support/e2e/report-file.ts';
import type { FabricatedBlob } from '../support/fabricate/image.ts';
import { folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';
import { countedRegistry } from '../support/registry/counted-registry.ts';
import { pushImage } from '../support/registry/push-image.ts';

const REGISTRY = process.env['DEADWEIGHT_REGISTRY'] ?? '';
const REPOSITORY = 'deadweight-e2e/pull';
const BLOBS = `http://${REGISTRY}/v2/${REPOSITORY}`;
/** Builds and pushes; what it has in its store does not reach the other engine. */
const BUILDER = process.env['DEADWEIGHT_E2E_OVERLAY2'];
/** Pulls: it keeps the blobs that it has pulled, by digest. */
const CLIENT = process.env['DEADWEIGHT_E2E_CONTAINERD'];

/** A shell and a few programs, on a file that no image had before. */
const TOOLS = [
  `FROM ${BASE} AS debian`,
  'FROM scratch',
  'COPY id /id',
  'COPY --from=debian /bin/sh /bin/head /bin/',
  'COPY --from=debian /lib/x86_64-linux-gnu/libc.so.6 /lib/x86_64-linux-gnu/',
  'COPY --from=debian /lib64/ld-linux-x86-64.so.2 /lib64/',
];
const MAKE = 'RUN head -c 60000 /bin/head > /made';

interface Pair {
  readonly name: string;
  /** Lines after FROM. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** FROM has another file than in the baseline. */
  readonly otherBase?: boolean;
  readonly noCache?: boolean;
  /**
   * The head is the baseline's image with its layers compressed by zstd. The builder pulls it: the other engine fetches
   * no blob of a layer that it has unpacked, whatever the digest.
   */
  readonly zstd?: boolean;
  /** Of each layer to pull. */
  readonly reasons: readonly (UnchangedReason | null)[];
}

const PAIRS: readonly Pair[] = [
  {
    name: 'a file copied before an unchanged COPY',
    before: ['COPY a /a', MAKE],
    after: ['COPY b /b', 'COPY a /a', MAKE],
    reasons: [null, 'earlier-layer'],
  },
  {
    name: 'a layer that the image has twice',
    before: ['COPY a /a'],
    after: ['COPY b /b', 'COPY b /b', 'COPY a /a', 'COPY a /a'],
    reasons: [null],
  },
  {
    name: 'a RUN edited',
    before: ['COPY a /a', 'RUN head -c 50000 /bin/sh > /x', MAKE],
    after: ['COPY a /a', 'RUN head -c 70000 /bin/sh > /x', MAKE],
    reasons: [null, 'earlier-layer'],
  },
  {
    name: 'another order',
    before: ['COPY a /a', 'COPY b /b', MAKE],
    after: ['COPY b /b', 'COPY a /a', MAKE],
    reasons: ['order'],
  },
  {
    name: 'an updated base image',
    before: ['COPY a /a', MAKE],
    after: ['COPY a /a', MAKE],
    otherBase: true,
    reasons: [null, 'earlier-layer'],
  },
  {
    name: 'a layer removed',
    before: ['COPY a /a', 'COPY b /b', MAKE],
    after: ['COPY a /a', MAKE],
    reasons: ['order'],
  },
  {
    name: 'the same built again at another time',
    before: ['COPY a /a', MAKE],
    after: ['COPY a /a', MAKE],
    noCache: true,
    reasons: ['metadata'],
  },
  {
    name: 'the same layers compressed otherwise',
    before: ['COPY a /a', MAKE],
    after: [],
    zstd: true,
    reasons: Array.from({ length: 6 }, () => 'compressed-anew' as const),
  },
  {
    name: 'instructions without files',
    // The layer without an entry is in many images: the baseline has it, lest the client have it from another.
    before: ['COPY a /a', 'RUN :', 'RUN :'],
    after: ['COPY a /a', 'RUN :', 'ENV A=1', 'RUN :', 'WORKDIR /', 'RUN :', 'COPY b /b'],
    reasons: [null],
  },
  {
    name: 'a file renamed',
    before: ['COPY a /a', 'COPY b /b'],
    after: ['COPY a /a', 'COPY b /c'],
    reasons: [null],
  },
];

async function docker(host: string | undefined, ...args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await nodeExec.run('docker', args, { env: dockerEnv(host) });
  if (exitCode !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr.slice(-2000)}`);
}

/** Builds both images on a base of their own, and pushes them: their tags are `ID-before` and `ID-after`. */
async function pushPair(pair: Pair, id: string): Promise<void> {
  const { before, after, otherBase = false, noCache = false } = pair;
  const nameOf = (tag: string): string => `${REGISTRY}/${REPOSITORY}:${id}-${tag}`;
  const build = (tag: string, ...args: readonly string[]): Promise<void> =>
    docker(BUILDER, 'build', '-q', '-t', nameOf(tag), '-f', `${context}/${tag}`, ...args, context);
  // One folder, so that a file has one time in both images.
  const context = await folderOf({
    id,
    a: noise(`a ${id}`, 40_000),
    b: noise(`b ${id}`, 30_000),
    base: [...TOOLS, ''].join('\n'),
    updated: [...TOOLS, 'COPY id /updated', ''].join('\n'),
    before: [`FROM ${nameOf('base')}`, ...before, ''].join('\n'),
    after: [`FROM ${nameOf(otherBase ? 'updated' : 'base')}`, ...after, ''].join('\n'),
  });
  await build('base');
  await build('before');
  if (otherBase) await build('updated');
  if (pair.zstd) {
    await docker(BUILDER, 'push', '-q', nameOf('before'));
    await pushAsZstd(id);
  } else {
    // What is built again has other times: they are whole seconds.
    await setTimeout(1100);
    await build('after', ...(noCache ? ['--no-cache'] : []));
    for (const tag of ['before', 'after']) await docker(BUILDER, 'push', '-q', nameOf(tag));
  }
  const tags = ['base', 'before', ...(otherBase ? ['updated'] : []), ...(pair.zstd ? [] : ['after'])];
  await docker(BUILDER, 'rmi', '-f', ...tags.map(nameOf));
}

const descriptor = z.object({ digest: z.string(), size: z.number() });
const manifestSchema = z.object({ config: descriptor, layers: z.array(descriptor) });

function blobOf(bytes: Buffer, mediaType: string): FabricatedBlob {
  return { bytes, digest: sha256(bytes), mediaType };
}

async function blobBytes(digest: string): Promise<Buffer> {
  const answer = await fetch(`${BLOBS}/blobs/${digest}`);
  return Buffer.from(await answer.arrayBuffer());
}

/** Pushes the baseline's layers anew, compressed by zstd, as an image of another time. */
async function pushAsZstd(id: string): Promise<void> {
  const headers = { accept: 'application/vnd.docker.distribution.manifest.v2+json' };
  const answer = await fetch(`${BLOBS}/manifests/${id}-before`, { headers });
  const baseline = manifestSchema.parse(await answer.json());
  const blobs = await Promise.all(
    baseline.layers.map(async ({ digest }) => {
      const bytes = zstdCompressSync(gunzipSync(await blobBytes(digest)));
      return blobOf(bytes, 'application/vnd.oci.image.layer.v1.tar+zstd');
    }),
  );
  const text = (await blobBytes(baseline.config.digest)).toString();
  const config = blobOf(
    Buffer.from(text.replace(/"created":"\d{4}/, '"created":"2024')),
    'application/vnd.oci.image.config.v1+json',
  );
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const [configEntry, ...layers] = [config, ...blobs].map(({ bytes, ...named }) => ({
    ...named,
    size: bytes.length,
  }));
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config: configEntry, layers });
  await pushImage(BLOBS, `${id}-after`, [config, ...blobs], { bytes: Buffer.from(manifest), mediaType });
}

interface Served {
  readonly bytes: number;
  /** Sorted. */
  readonly digests: readonly string[];
}

/** The layers that a client with the baseline fetches for the head. */
async function pull({ zstd = false }: Pair, id: string, configDigest: string): Promise<Served> {
  const client = zstd ? BUILDER : CLIENT;
  const counted = await countedRegistry(REGISTRY);
  const [before, after] = ['before', 'after'].map(side => `${counted.host}/${REPOSITORY}:${id}-${side}`);
  try {
    await docker(client, 'pull', '-q', before ?? '');
    const first = counted.blobs.splice(0);
    if (client !== BUILDER) expect(first.length, 'it had some of the baseline').toBeGreaterThan(4);
    await docker(client, 'pull', '-q', after ?? '');
    const layers = counted.blobs.filter(({ digest }) => digest !== configDigest);
    return {
      bytes: layers.reduce((sum, { size }) => sum + size, 0),
      digests: layers.map(({ digest }) => digest).sort(),
    };
  } finally {
    await docker(client, 'rmi', '-f', before ?? '', after ?? '');
    await counted.close();
  }
}

async function compare(id: string): Promise<Report> {
  const [before = '', after = ''] = ['before', 'after'].map(
    side => `docker://${REGISTRY}/${REPOSITORY}:${id}-${side}`,
  );
  const ended = await deadweight(['diff', before, after, '--json', '-', '-q'], { cwd: '/' });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return reportOf(ended.stdout);
}

describe.skipIf(REGISTRY === '' || BUILDER === undefined || CLIENT === undefined)(
  'what is to pull is what a real registry serves to an engine that has the baseline',
  () => {
    it.each(PAIRS.slice(0, times(2, PAIRS.length)))('$name', async pair => {
      const id = fresh();
      await pushPair(pair, id);
      const { comparison, image, layers } = await compare(id);
      const cost = comparison?.pull ?? expect.fail('it was not measured');
      const served = await pull(pair, id, image.imageId);
      expect.soft(cost.compressedSize).toBe(served.bytes);
      expect.soft(cost.layers.map(({ layer }) => layers[layer]?.digest).sort()).toEqual(served.digests);
      expect.soft(cost.layers.map(({ unchanged }) => unchanged)).toEqual(pair.reasons);
    });
  },
);
