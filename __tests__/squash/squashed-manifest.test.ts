import { Buffer } from 'node:buffer';
import { expect, it } from 'vitest';
import { sha256 } from '../../src/base/digest.ts';
import { parseManifest } from '../../src/oci/manifest.ts';
import {
  type ListedBlob,
  lostAnnotations,
  squashedIndex,
  squashManifest,
} from '../../src/squash/squashed-manifest.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { writtenImage } from '../support/registry/outgoing.ts';

const DOCKER = 'application/vnd.docker';
const OCI = 'application/vnd.oci.image';
const blob = (text: string) => ({ digest: sha256(Buffer.from(text)), size: text.length });
const [CONFIG, A, B, MERGED] = [blob('config'), blob('a'), blob('b'), blob('merged')];

type Family = 'docker' | 'oci';
const TYPES = {
  docker: {
    manifest: `${DOCKER}.distribution.manifest.v2+json`,
    config: `${DOCKER}.container.image.v1+json`,
    layer: (packing: string) => `${DOCKER}.image.rootfs.diff.tar${packing === 'none' ? '' : `.${packing}`}`,
  },
  oci: {
    manifest: `${OCI}.manifest.v1+json`,
    config: `${OCI}.config.v1+json`,
    layer: (packing: string) => `${OCI}.layer.v1.tar${packing === 'none' ? '' : `+${packing}`}`,
  },
} as const;

const listed = (from: typeof A, source: number | null, packing: ListedBlob['packing']): ListedBlob => ({
  ...from,
  ...{ source, packing },
});

/** A manifest of layer A, two others and B. */
function manifestOf(family: Family, more: Readonly<Record<string, unknown>> = {}) {
  const types = TYPES[family];
  const layer = (from: typeof A, rest = {}) => ({ mediaType: types.layer('gzip'), ...from, ...rest });
  return {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, ...blob('old'), annotations: { old: 'config' } },
    layers: [
      layer(A, { annotations: { kept: 'yes' }, urls: ['https://example.com/a'], 'x-own': 1 }),
      layer(blob('one')),
      layer(blob('two')),
      layer(B),
    ],
    annotations: { 'org.opencontainers.image.source': 'here' },
    ...more,
  };
}

function squashed(family: Family, packing: ListedBlob['packing'], more = {}) {
  const source = manifestOf(family, more);
  const layers = [listed(A, 0, 'gzip'), listed(MERGED, null, packing), listed(B, 3, 'gzip')];
  const written = squashManifest(source, source.mediaType, CONFIG, layers);
  expect(written.digest).toBe(sha256(written.bytes));
  expect(written.size).toBe(written.bytes.length);
  return { source, written, document: JSON.parse(Buffer.from(written.bytes).toString()) };
}

it.each([
  ['docker', 'gzip', 'docker'],
  ['docker', 'none', 'docker'],
  ['docker', 'zstd', 'oci'],
  ['oci', 'gzip', 'oci'],
  ['oci', 'none', 'oci'],
  ['oci', 'zstd', 'oci'],
] as const)('of %s with a layer of %s has the types of %s', (family, packing, expected) => {
  const { written, document } = squashed(family, packing);
  const { manifest, config, layer } = TYPES[expected];
  expect(written.mediaType).toBe(manifest);
  expect(document).toMatchObject({
    mediaType: manifest,
    config: { mediaType: config, ...CONFIG },
    layers: [
      { mediaType: layer('gzip'), ...A },
      { mediaType: layer(packing), ...MERGED },
      { mediaType: layer('gzip'), ...B },
    ],
  });
  expect(parseManifest(written.bytes, 'The manifest').kind).toBe('manifest');
});

it.each(['docker', 'oci'] as const)('of %s keeps what is said of layers that stay, and of itself', family => {
  const { source, document } = squashed(family, 'gzip', { 'x-own': [1], artifactType: undefined });
  expect(document.layers[0]).toEqual(source.layers[0]);
  expect(document.layers[2]).toEqual(source.layers[3]);
  expect(document).toMatchObject({ annotations: source.annotations, 'x-own': [1] });
  // It was of another config.
  expect(document.config).not.toHaveProperty('annotations');
});

it('that takes the types of the other family keeps what else is said of its layers', () => {
  const { source, document } = squashed('docker', 'zstd');
  expect(document.layers[0]).toEqual({ ...source.layers[0], mediaType: TYPES.oci.layer('gzip') });
});

it('belongs to no other image any more', () => {
  const { document } = squashed('oci', 'gzip', { subject: { mediaType: TYPES.oci.manifest, ...A } });
  expect(document).not.toHaveProperty('subject');
});

it('lists a layer anew that was packed anew', () => {
  const source = manifestOf('oci');
  const { bytes } = squashManifest(source, source.mediaType, CONFIG, [listed(MERGED, 0, 'zstd')]);
  const [layer] = JSON.parse(Buffer.from(bytes).toString()).layers;
  expect(layer).toEqual({ mediaType: TYPES.oci.layer('zstd'), ...MERGED });
});

it('is one of OCI where there was none', () => {
  const { bytes, mediaType } = squashManifest(null, null, CONFIG, [listed(A, 0, 'none')]);
  expect(mediaType).toBe(TYPES.oci.manifest);
  expect(JSON.parse(Buffer.from(bytes).toString())).toEqual({
    schemaVersion: 2,
    mediaType: TYPES.oci.manifest,
    config: { mediaType: TYPES.oci.config, ...CONFIG },
    layers: [{ mediaType: TYPES.oci.layer('none'), ...A }],
  });
});

it('is the same bytes for the same image', () => {
  expect(squashed('oci', 'gzip').written).toEqual(squashed('oci', 'gzip').written);
});

it.each([
  [[true, true], `${DOCKER}.distribution.manifest.list.v2+json`],
  [[true, false], `${OCI}.index.v1+json`],
  [[false, false], `${OCI}.index.v1+json`],
])('with docker %j is in an index of type %s', async (families, mediaType) => {
  const images = await Promise.all(
    families.map((docker, index) =>
      fabricateImage({
        docker,
        steps: [{ createdBy: 'RUN', layer: { a: file(10, { seed: index }) } }],
        platform: { os: 'linux', architecture: index === 0 ? 'amd64' : 'arm64' },
      }),
    ),
  );
  const index = squashedIndex(images.map(writtenImage));
  expect(index.mediaType).toBe(mediaType);
  const document = JSON.parse(Buffer.from(index.bytes).toString());
  expect(document.manifests).toEqual(
    images.map(({ manifest, platform }) => ({
      mediaType: manifest.mediaType,
      digest: manifest.digest,
      size: manifest.bytes.length,
      platform,
    })),
  );
});

it('loses what is true of the layers as they were, and of the base where that is merged', () => {
  const annotations = {
    'org.opencontainers.image.source': 'here',
    'org.opencontainers.image.base.name': 'debian:12',
    'org.opencontainers.image.base.digest': A.digest,
    'com.amazon.soci.index-digest': B.digest,
  };
  const source = manifestOf('oci', { annotations });
  const all = Object.keys(annotations);
  const above = lostAnnotations(source, [{ first: 1, last: 2 }]);
  const whole = lostAnnotations(source, [{ first: 0, last: 3 }]);
  expect(above).toEqual(['com.amazon.soci.index-digest']);
  expect([...whole].sort()).toEqual(all.slice(1).sort());
  expect(lostAnnotations(source, [])).toEqual([]);
  expect(lostAnnotations(null, [{ first: 0, last: 3 }])).toEqual([]);
  const layers = [listed(MERGED, null, 'gzip')];
  const { bytes } = squashManifest(source, source.mediaType, CONFIG, layers, whole);
  expect(JSON.parse(Buffer.from(bytes).toString()).annotations).toEqual({
    'org.opencontainers.image.source': 'here',
  });
});
