import { Buffer } from 'node:buffer';
import { createHash, hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { fixture } from '../../__tests__/packages/packaged.ts';
import { diffIdOf } from '../../__tests__/support/fabricate/layer.ts';
import { imageOf, plainScan } from '../../__tests__/support/scans/scan.ts';
import { silentLog } from '../../__tests__/support/silent-log.ts';
import { chunked, inMemory } from '../../__tests__/tar/collect.ts';
import { padded, rawHeader, tarOf } from '../../__tests__/tar/raw-header.ts';
import { analyzeImage } from '../../src/analysis/analyze-image.ts';
import type { ImageAnalysis } from '../../src/analysis/image-analysis.ts';
import { DeadweightError } from '../../src/base/errors.ts';
import type { OpenOptions } from '../../src/image/image.ts';
import { openImage } from '../../src/image/open-image.ts';
import { ImageLimits } from '../../src/layer/image-limits.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { scanLayerAt, scanLayerStream } from '../../src/layer/scan.ts';
import {
  decodePlacedScan,
  decodeScan,
  encodePlacedScan,
  encodeScan,
  scanKey,
} from '../../src/layer/stored-scan.ts';
import { parseArchiveManifest } from '../../src/oci/archive-manifest.ts';
import { parseImageConfig } from '../../src/oci/image-config.ts';
import { parseJsonDocument } from '../../src/oci/json-document.ts';
import { parseManifest } from '../../src/oci/manifest.ts';
import { COLLECTORS } from '../../src/packages/collectors.ts';
import { squashConfig } from '../../src/squash/squashed-config.ts';
import { squashManifest } from '../../src/squash/squashed-manifest.ts';
import { mutateBytes } from '../mutators/bytes.ts';
import { mutateJson, mutateJsonBytes } from '../mutators/json.ts';
import { type KnownFile, randomTar } from '../mutators/tar.ts';
import type { Random } from '../random.ts';
import { place, SCRATCH } from '../scratch.ts';
import { accept, outcomeOf, require, type Target } from '../target.ts';

/** What stands between the tars of several layers in one input. */
const SEPARATOR = Buffer.from('\x01LAYER\x01\x02', 'latin1');

const text = (path: string, content: string): KnownFile => [path, Buffer.from(content)];

/** Files that collectors look into: what they hold meets what other layers hide of it. */
const KNOWN: readonly KnownFile[] = [
  ['var/lib/dpkg/status', fixture('dpkg/status').subarray(0, 2500)],
  ['var/lib/dpkg/info/hostname.list', fixture('dpkg/info/hostname.list')],
  ['lib/apk/db/installed', fixture('apk/installed').subarray(0, 1500)],
  text('app/node_modules/a/package.json', '{"name":"a","version":"1.0.0"}'),
  text('usr/lib/python3/dist-packages/x-1.dist-info/METADATA', 'Name: x\nVersion: 1\n'),
  text('usr/lib/python3/dist-packages/x-1.dist-info/RECORD', 'x/__init__.py,,\n../../../bin/x,,\n'),
  text('a/b', 'same'),
];

function splitLayers(input: Buffer): readonly Buffer[] {
  const layers: Buffer[] = [];
  let start = 0;
  for (let end = input.indexOf(SEPARATOR); end >= 0; end = input.indexOf(SEPARATOR, start)) {
    layers.push(input.subarray(start, end));
    start = end + SEPARATOR.length;
  }
  return [...layers, input.subarray(start)];
}

/** Sums that every analysis has, whatever the image. */
function requireSums(analysis: ImageAnalysis): void {
  let [size, wasted] = [0, 0];
  for (const layer of analysis.layers) {
    require(layer.visibleBytes + layer.wastedBytes ===
      layer.size, 'visible and wasted bytes of a layer are not its size');
    require(layer.wastedBytes >= 0 && layer.visibleBytes >= 0, 'a layer has fewer bytes than none');
    size += layer.size;
    wasted += layer.wastedBytes;
  }
  require(size === analysis.size, 'the layers do not add up to the image');
  require(wasted === sumOf(analysis.wastedFiles), 'the wasted files do not add up to what layers waste');
  const visible = sumOf(analysis.visibleFiles);
  require(visible + wasted === size, 'visible and wasted files are not the image');
  // Scans without collectors tell of no packages.
  if (analysis.scans.some(({ collected }) => Object.keys(collected).length > 0)) {
    const { packages, unownedBytes } = analysis.packages;
    require(sumOf(packages) + unownedBytes === visible, 'packages and the rest are not what is visible');
  }
  require(analysis.efficiency.score >= 0 && analysis.efficiency.score <= 1, 'the efficiency is no share');
}

function sumOf(files: Iterable<{ readonly bytes: number }>): number {
  let sum = 0;
  for (const { bytes } of files) sum += bytes;
  return sum;
}

const layers: Target = {
  name: 'layers',
  parsers: [
    'layer/layer-scanner.ts',
    'layer/clean-path.ts',
    'layer/whiteout.ts',
    'analysis/analyze-image.ts',
    'packages/installed-packages.ts',
  ],
  accepts: ['analyzeImage'],
  holds:
    'visible and wasted bytes are the size, of each layer and of all; packages add up; both ways to scan agree',
  maxMs: 2000,
  generate(random) {
    const parts = Array.from({ length: 1 + random.small(5) }, () => randomTar(random, KNOWN));
    return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [SEPARATOR, part])));
  },
  async check(input) {
    const limits = new ImageLimits();
    const scans: LayerScan[] = [];
    for (const [index, tar] of splitLayers(input).entries()) {
      const options = {
        diffId: diffIdOf(tar),
        content: 'none',
        verify: false,
        collectors: COLLECTORS,
      } as const;
      const scan = await scanLayerStream(chunked(tar, [700, 5000]), { ...options, limits });
      if (index === 0) {
        const placed = await scanLayerAt(inMemory(tar), options);
        require(isDeepStrictEqual(plainScan(scan), plainScan(placed)), 'the two ways to scan disagree');
      }
      scans.push(scan);
    }
    requireSums(accept('analyzeImage', analyzeImage(imageOf(scans), scans, null)));
  },
};

const LAYER_TYPES = [
  'application/vnd.oci.image.layer.v1.tar',
  'application/vnd.oci.image.layer.v1.tar+gzip',
  'application/vnd.oci.image.layer.v1.tar+zstd',
];
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';

function descriptor(bytes: Buffer, mediaType: string) {
  return {
    mediaType,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    size: bytes.length,
  };
}

function configText(diffIds: readonly string[]): string {
  return JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: { a: 'b' }, User: 'nobody' },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: [
      { created_by: 'RUN |1 A=b /bin/sh -c make # buildkit', created: '2026-01-01T00:00:00Z' },
      { created_by: 'ENV A=b', empty_layer: true, comment: 'buildkit.dockerfile.v0' },
    ],
  });
}

/** Its documents are wrong as often as its bytes; digests are those of what there is, or nothing would be read. */
function randomArchive(random: Random): Buffer {
  const tar = random.oneIn(2) ? tarOf(rawHeader({ name: 'a', size: 3 }), padded('abc')) : randomTar(random);
  const kind = random.below(3);
  const packed = kind === 0 ? tar : kind === 1 ? gzipSync(tar, { level: 1 }) : zstdCompressSync(tar);
  const wrong = (document: string): Buffer =>
    random.oneIn(3) ? mutateJsonBytes([document], random) : Buffer.from(document);
  const config = wrong(configText([diffIdOf(tar)]));
  const files: [string, Buffer][] = [];
  if (random.oneIn(2)) {
    const manifest = wrong(
      JSON.stringify([{ Config: 'config.json', RepoTags: ['app:1'], Layers: ['layer.tar'] }]),
    );
    files.push(['config.json', config], ['layer.tar', packed], ['manifest.json', manifest]);
  } else {
    const layerDescriptor = descriptor(packed, LAYER_TYPES[kind] ?? '');
    const configDescriptor = descriptor(config, CONFIG_TYPE);
    const manifest = wrong(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST_TYPE,
        config: configDescriptor,
        layers: [layerDescriptor],
      }),
    );
    const manifestDescriptor = {
      ...descriptor(manifest, MANIFEST_TYPE),
      platform: { os: 'linux', architecture: 'amd64' },
    };
    const index = wrong(
      JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [manifestDescriptor] }),
    );
    for (const blob of [packed, config, manifest])
      files.push([`blobs/sha256/${descriptor(blob, '').digest.slice(7)}`, blob]);
    files.push(['oci-layout', wrong('{"imageLayoutVersion":"1.0.0"}')], ['index.json', index]);
  }
  if (random.oneIn(5)) files.splice(random.below(files.length), 1);
  const archive = tarOf(
    ...files.flatMap(([name, bytes]) => [rawHeader({ name, size: bytes.length }), padded(bytes)]),
  );
  return random.oneIn(3) ? mutateBytes(archive, random, 1) : archive;
}

const OPTIONS: OpenOptions = {
  hostPlatform: { os: 'linux', architecture: 'amd64' },
  env: {},
  homeDir: SCRATCH,
  log: silentLog,
  exec: { run: () => Promise.reject(new Error('an archive needs no program')) },
  engineStore: 'auto',
};

const archives: Target = {
  name: 'archives',
  parsers: [
    'image/files/archive-index.ts',
    'image/sources/docker-archive.ts',
    'image/sources/oci-layout.ts',
    'image/sources/image-candidates.ts',
    'image/image-facts.ts',
    'image/layer-bytes.ts',
  ],
  accepts: ['docker-archive:', 'oci-archive:'],
  holds: 'an image that opens and is read has the sums of `layers`',
  maxMs: 3000,
  generate: randomArchive,
  async check(input) {
    const path = place('image.tar', input);
    for (const prefix of ['docker-archive:', 'oci-archive:']) {
      try {
        const image = await openImage(prefix + path, OPTIONS);
        try {
          const scans = accept(prefix, await image.scan({ collectors: COLLECTORS }));
          requireSums(
            analyzeImage(
              image,
              scans.filter(scan => scan !== null),
              null,
            ),
          );
        } finally {
          await image.close();
        }
      } catch (error) {
        if (!(error instanceof DeadweightError)) throw error;
      }
    }
  },
};

const BLOB = Buffer.from('x');
const DOCUMENTS = [
  configText([diffIdOf(BLOB), diffIdOf(Buffer.from('y'))]),
  JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: descriptor(BLOB, CONFIG_TYPE),
    layers: LAYER_TYPES.map(type => descriptor(BLOB, type)),
  }),
  JSON.stringify({
    schemaVersion: 2,
    mediaType: INDEX_TYPE,
    manifests: [
      { ...descriptor(BLOB, MANIFEST_TYPE), platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
      {
        ...descriptor(BLOB, MANIFEST_TYPE),
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
      },
    ],
  }),
  JSON.stringify([{ Config: 'blobs/sha256/00.json', RepoTags: ['app:1', 'app:2'], Layers: ['a/layer.tar'] }]),
];

const imageDocuments: Target = {
  name: 'image-documents',
  parsers: [
    'oci/archive-manifest.ts',
    'oci/descriptor.ts',
    'oci/image-config.ts',
    'oci/manifest.ts',
    'oci/parse-json.ts',
    'base/json-shape.ts',
    'oci/json-document.ts',
    'squash/squashed-config.ts',
    'squash/squashed-manifest.ts',
  ],
  accepts: [
    'parseManifest',
    'parseArchiveManifest',
    'parseImageConfig',
    'squashed config',
    'squashed manifest',
  ],
  holds:
    'a config has no values of build arguments; errors are one line; what is read is squashed, and read again',
  maxMs: 1000,
  generate: random => mutateJsonBytes(DOCUMENTS, random),
  check(input) {
    outcomeOf(() => accept('parseManifest', parseManifest(input, 'The manifest')));
    outcomeOf(() => accept('parseArchiveManifest', parseArchiveManifest(input, 'manifest.json')));
    try {
      const { history } = accept('parseImageConfig', parseImageConfig(input, 'The config'));
      require(!history.some(({ createdBy }) =>
        /^(?:RUN )?\|\d+ /.test(createdBy),
      ), 'history has values of build arguments');
    } catch (error) {
      if (!(error instanceof DeadweightError)) throw error;
      require(!/[\n\r\u001b]/.test(error.sentence), 'an error is no line of text');
    }
    requireSquashedConfig(input);
    requireSquashedManifest(input);
  },
};

/** A config that is read has one layer less when two of them are merged, and each of its steps. */
function requireSquashedConfig(input: Buffer): void {
  const config = outcomeOf(() => parseImageConfig(input, 'The config'));
  if (typeof config === 'string' || config.diffIds.length < 2) return;
  const range = { first: 0, last: 1, diffId: diffIdOf(Buffer.from('merged')) };
  const squashed = squashConfig(parseJsonDocument(input, 'The config'), [range]);
  const again = parseImageConfig(Buffer.from(JSON.stringify(squashed)), 'The squashed config');
  accept('squashed config', again);
  require(isDeepStrictEqual(again.diffIds, [
    range.diffId,
    ...config.diffIds.slice(2),
  ]), 'the layers are others');
  require(again.history.length === config.history.length, 'the history has lost a step');
}

/** A manifest that is read lists what it is given, and is read again. */
function requireSquashedManifest(input: Buffer): void {
  const manifest = outcomeOf(() => parseManifest(input, 'The manifest'));
  if (typeof manifest === 'string' || manifest.kind !== 'manifest') return;
  const layers = manifest.layers.map(({ digest, size }, source) => {
    return { digest, size, source, packing: 'gzip' } as const;
  });
  const config = { digest: manifest.config.digest, size: manifest.config.size };
  const document = parseJsonDocument(input, 'The manifest');
  const { bytes } = squashManifest(document, manifest.mediaType, config, layers);
  const again = parseManifest(bytes, 'The squashed manifest');
  accept('squashed manifest', again);
  require(again.kind === 'manifest' &&
    isDeepStrictEqual(
      again.layers.map(({ digest }) => digest),
      layers.map(({ digest }) => digest),
    ), 'the layers are others');
}

const STORED: Buffer[] = [];
const STORED_LAYER = tarOf(
  rawHeader({ name: 'a', size: 3 }),
  padded('abc'),
  rawHeader({ name: 'b', type: '1', linkname: 'a' }),
  rawHeader({ name: '.wh.c' }),
);
const STORED_KEY = scanKey(diffIdOf(STORED_LAYER), COLLECTORS);

const storedScans: Target = {
  name: 'stored-scans',
  parsers: ['layer/stored-scan.ts', 'layer/layer-entries.ts', 'layer/path-table.ts', 'layer/name-table.ts'],
  accepts: ['decodeScan', 'decodePlacedScan'],
  holds: 'what is read can be analysed, with the sums of `layers`',
  maxMs: 1000,
  generate(random) {
    const whole = random.pick(STORED);
    const length = whole.readUInt32LE(16);
    const isOfDocument = random.oneIn(2);
    const document = isOfDocument
      ? Buffer.from(mutateJson([whole.toString('utf8', 20, 20 + length)], random))
      : whole.subarray(20, 20 + length);
    const columns = whole.subarray(Math.ceil((20 + length) / 8) * 8, -32);
    const head = Buffer.concat([whole.subarray(0, 16), Buffer.alloc(4), document]);
    head.writeUInt32LE(document.length, 16);
    const body = Buffer.concat([
      head,
      Buffer.alloc((8 - (head.length % 8)) % 8),
      isOfDocument && !random.oneIn(4) ? columns : mutateBytes(columns, random),
    ]);
    // A wrong checksum is where all else would end.
    return Buffer.concat([body, hash('sha256', body, 'buffer')]);
  },
  check(input) {
    const diffId = diffIdOf(STORED_LAYER);
    const placed = accept('decodePlacedScan', decodePlacedScan(input, STORED_KEY, diffId));
    for (const scan of [accept('decodeScan', decodeScan(input, STORED_KEY, diffId)), placed?.scan ?? null])
      if (scan !== null) requireSums(analyzeImage(imageOf([scan]), [scan], null));
  },
};

const scan = await scanLayerStream(chunked(STORED_LAYER, []), {
  diffId: diffIdOf(STORED_LAYER),
  content: 'all',
  verify: true,
  collectors: COLLECTORS,
});
const starts: number[] = [];
const placedScan = await scanLayerAt(
  inMemory(STORED_LAYER),
  { diffId: diffIdOf(STORED_LAYER), content: 'none', verify: false, collectors: COLLECTORS },
  starts,
);
STORED.push(
  Buffer.from(encodeScan(scan, STORED_KEY)),
  Buffer.from(encodePlacedScan({ scan: placedScan, starts }, STORED_KEY)),
);

export const IMAGE_TARGETS: readonly Target[] = [layers, archives, imageDocuments, storedScans];
