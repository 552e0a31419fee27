import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { openImage } from '../../src/image/open-image.ts';
import { parseManifest } from '../../src/oci/manifest.ts';
import { openOptions } from '../support/conformance/medium.ts';
import { blobOf, descriptorOf, fabricateImage, type WireDescriptor } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { blobPath, ociLayout, writeFiles } from '../support/fabricate/oci-layout.ts';
import { folderOf } from '../support/folder.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

const blob = (mediaType: string, size = 1000) => ({ mediaType, digest: DIGEST, size });

interface Description {
  readonly config?: string;
  readonly layers?: readonly string[];
  readonly artifactType?: string;
  readonly subject?: boolean;
}

function manifestOf({ config = IMAGE_CONFIG, layers = [], artifactType, subject }: Description) {
  return {
    schemaVersion: 2,
    ...(artifactType !== undefined && { artifactType }),
    config: blob(config, 2),
    layers: layers.map(type => blob(type)),
    ...(subject && { subject: blob('application/vnd.oci.image.manifest.v1+json') }),
  };
}

const parse = (document: unknown) => parseManifest(Buffer.from(JSON.stringify(document)), 'The manifest');

describe('a manifest of something else than an image', () => {
  it.each<readonly [string, Description, RegExp, RegExp]>([
    [
      'a chart',
      {
        config: 'application/vnd.cncf.helm.config.v1+json',
        layers: ['application/vnd.cncf.helm.chart.content.v1.tar+gzip'],
      },
      /^The manifest is a Helm chart, not an image: it holds "application\/vnd\.cncf\.helm\.config\.v1\+json" \(1 blob of 1\.0\skB\)/,
      /^Name a container image/,
    ],
    [
      'a signature in the old form',
      { layers: ['application/vnd.dev.cosign.simplesigning.v1+json'] },
      /is a signature of cosign/,
      /^Name the image that it belongs to\.$/,
    ],
    [
      'a bundle of Sigstore',
      {
        artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        config: EMPTY,
        layers: ['application/vnd.dev.sigstore.bundle.v0.3+json'],
        subject: true,
      },
      /is a signature or attestation of Sigstore/,
      /belongs to, sha256:abab/,
    ],
    [
      'an attestation of cosign',
      { layers: ['application/vnd.dsse.envelope.v1+json'] },
      /attestation of cosign/,
      /belongs/,
    ],
    ['an attestation', { layers: ['application/vnd.in-toto+json'] }, /is an attestation,/, /belongs/],
    ['a bill of materials', { layers: ['text/spdx+json'] }, /is a software bill of materials/, /belongs/],
    [
      'a WebAssembly module',
      { config: 'application/vnd.wasm.config.v0+json', layers: ['application/wasm'] },
      /is a WebAssembly module/,
      /^Name a/,
    ],
    [
      'what ORAS pushed',
      { artifactType: 'application/vnd.acme.rocket', config: EMPTY, layers: ['text/plain', LAYER] },
      /is an artefact, not an image: it holds "application\/vnd\.acme\.rocket" \(2 blobs/,
      /^Name a/,
    ],
    [
      'nothing but an empty config',
      { config: EMPTY, layers: [EMPTY] },
      /is an artefact.*oci\.empty/,
      /^Name a/,
    ],
    [
      'a build cache',
      { config: 'application/vnd.buildkit.cacheconfig.v0', layers: [LAYER] },
      /is a build cache of BuildKit/,
      /^Name a/,
    ],
    [
      'encrypted layers',
      { layers: [LAYER, `${LAYER}+encrypted`] },
      /has encrypted layers \(1 of 2, 1\.0\skB\)/,
      /^Decrypt/,
    ],
    [
      'nydus',
      { layers: ['application/vnd.oci.image.layer.nydus.blob.v1', LAYER] },
      /format of nydus/,
      /converted from/,
    ],
    [
      'a layer of another kind',
      { layers: [LAYER.replace('gzip', 'xz')] },
      /a layer of the media type .*\+xz"/,
      /^Build or copy/,
    ],
  ])('%s', (_what, description, message, remedy) => {
    expect(() => parse(manifestOf(description))).toThrowError(
      expect.objectContaining({
        code: 'not-an-image',
        message: expect.stringMatching(message),
        remedy: expect.stringMatching(remedy),
      }),
    );
  });

  it.each([
    ['foreign layers', 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'],
    ['layers that may not be distributed', 'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd'],
    ['zstd layers', 'application/vnd.oci.image.layer.v1.tar+zstd'],
  ])('is no image with %s', (_what, type) => {
    expect(parse(manifestOf({ layers: [type] }))).toMatchObject({ kind: 'manifest' });
  });

  it('in an index of such alone', () => {
    const entry = {
      ...blob('application/vnd.oci.image.manifest.v1+json'),
      artifactType: 'application/spdx+json',
    };
    expect(() => parse({ schemaVersion: 2, manifests: [entry, entry] })).toThrowError(
      /lists no image, but 2 artefacts of an image \("application\/spdx\+json"\)/,
    );
    const cache = blob('application/vnd.buildkit.cacheconfig.v0');
    expect(() => parse({ schemaVersion: 2, manifests: [blob(LAYER), cache] })).toThrowError(/build cache/);
  });
});

it.each(['application/octet-stream', 'application/json', 'text/html'])(
  'an image whose config old tools call %s is one, where its layers say so',
  config => {
    expect(parse(manifestOf({ config, layers: [LAYER] }))).toMatchObject({ kind: 'manifest' });
    for (const other of [
      { config, layers: ['text/plain'] },
      { config, layers: [] },
      { config, layers: [LAYER], artifactType: 'application/vnd.acme.rocket' },
    ]) {
      expect(() => parse(manifestOf(other))).toThrow(/is an artefact/);
    }
  },
);

describe('an artefact beside an image', () => {
  const signature = blobOf(
    manifestOf({ layers: ['application/vnd.dev.cosign.simplesigning.v1+json'] }),
    'application/vnd.oci.image.manifest.v1+json',
  );

  /** Opens a layout with an image and a signature, as the index lists that. */
  async function open(listed: WireDescriptor & { readonly artifactType?: string }) {
    const image = await fabricateImage({
      tags: ['app:1'],
      steps: [{ createdBy: 'COPY a', layer: { a: file(9) } }],
    });
    const files = new Map(ociLayout([image]));
    const index: { readonly manifests: readonly unknown[] } = JSON.parse(String(files.get('index.json')));
    const manifests = [listed, ...index.manifests];
    files.set('index.json', Buffer.from(JSON.stringify({ ...index, manifests })));
    files.set(blobPath(signature), signature.bytes);
    const folder = await folderOf({});
    await writeFiles(folder, files);
    const opened = await openImage(`oci:${folder}`, openOptions());
    await opened.close();
    return opened.imageId === image.config.digest;
  }

  const ref = (name: string) => ({ annotations: { 'org.opencontainers.image.ref.name': name } });

  it.each([
    ['is told by its type', { ...descriptorOf(signature), artifactType: 'application/vnd.dev.cosign' }],
    [
      'is told by the name that cosign gives it',
      descriptorOf(signature, ref(`sha256-${'ab'.repeat(32)}.sig`)),
    ],
    ['is told by what it is', descriptorOf(signature, ref('app:1'))],
  ])('%s', async (_how, listed) => {
    expect(await open(listed)).toBe(true);
  });
});
