import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadweightError } from '../../src/base/errors.ts';
import { parseArchiveManifest } from '../../src/oci/archive-manifest.ts';
import { parseImageConfig } from '../../src/oci/image-config.ts';
import { parseManifest } from '../../src/oci/manifest.ts';
import { parseLayerMediaType } from '../../src/oci/media-type.ts';
import { MAX_DOCUMENT } from '../../src/oci/parse-json.ts';
import { times } from '../support/long.ts';

const DIGEST = `sha256:${'c'.repeat(64)}`;
const CONFIG = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: DIGEST, size: 2 };
const LAYER = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: DIGEST, size: 10 };
const MANIFEST = { schemaVersion: 2, config: CONFIG, layers: [LAYER] };

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const manifest = (value: unknown) => parseManifest(encode(value), 'The manifest of x');
const failure = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe('manifests', () => {
  it('tells a manifest from an index by its shape, and takes a missing media type from the referrer', () => {
    expect(manifest(MANIFEST)).toMatchObject({
      kind: 'manifest',
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
    });
    expect(manifest({ schemaVersion: 2, manifests: [] })).toMatchObject({ kind: 'index' });
    expect(parseManifest(encode(MANIFEST), 'x', 'application/x').mediaType).toBe('application/x');
    expect(manifest({ ...MANIFEST, mediaType: 'application/y' }).mediaType).toBe('application/y');
  });

  it('takes null for no layers, as BuildKit writes it of an image from scratch', () => {
    expect(manifest({ ...MANIFEST, layers: null })).toMatchObject({ kind: 'manifest', layers: [] });
    expect(manifest({ schemaVersion: 2, manifests: [], layers: null })).toMatchObject({ kind: 'index' });
  });

  it.each([
    ['a negative size', { ...MANIFEST, layers: [{ ...LAYER, size: -1 }] }, 'input-corrupt', 'layers.0.size'],
    [
      'a size that is no whole number',
      { ...MANIFEST, layers: [{ ...LAYER, size: 1.5 }] },
      'input-corrupt',
      'layers.0.size',
    ],
    [
      'a size beyond exact numbers',
      { ...MANIFEST, config: { ...CONFIG, size: 2 ** 60 } },
      'input-corrupt',
      'config.size',
    ],
    [
      'a digest that climbs out',
      { ...MANIFEST, layers: [{ ...LAYER, digest: 'sha256:../../etc/passwd' }] },
      'input-corrupt',
      'layers.0.digest',
    ],
    ['no config', { schemaVersion: 2, layers: [] }, 'not-an-image', 'neither'],
    ['nothing', {}, 'input-corrupt', 'schemaVersion'],
    ['a list', [], 'input-corrupt', 'not valid'],
    ['both at once', { ...MANIFEST, manifests: [] }, 'input-corrupt', 'at once'],
    ['schema 1', { schemaVersion: 1, history: [] }, 'not-an-image', 'schema 1'],
    ['too many layers', { ...MANIFEST, layers: new Array(5000).fill(LAYER) }, 'input-corrupt', 'layers'],
  ])('refuses %s', (_what, value, code, message) => {
    expect(() => manifest(value)).toThrowError(failure(code, message));
  });

  it('refuses what is no JSON, no UTF-8 and too large', () => {
    const parse = (bytes: Uint8Array) => () => parseManifest(bytes, 'The manifest of x');
    expect(parse(new Uint8Array())).toThrowError(failure('input-corrupt', 'The manifest of x is not JSON'));
    expect(parse(Uint8Array.of(0x22, 0xff, 0x22))).toThrowError(failure('input-corrupt', 'not JSON'));
    expect(parse(new Uint8Array(MAX_DOCUMENT + 1))).toThrowError(failure('limit-exceeded', 'at most'));
    expect(parse(Buffer.from('['.repeat(50_000)))).toThrowError(failure('input-corrupt', 'not JSON'));
    expect(parse(Buffer.from('['.repeat(200_000)))).toThrowError(failure('limit-exceeded', '100 deep'));
    expect(parse(Buffer.from(`[${'0,'.repeat(1_100_000)}0]`))).toThrowError(
      failure('limit-exceeded', '1,000,000 values'),
    );
    const text = JSON.stringify({ a: '[,"{:\\'.repeat(20_000) });
    expect(parse(Buffer.from(text))).toThrowError(failure('input-corrupt', 'not valid'));
  });

  it('keeps what an image says of itself out of the terminal', () => {
    const evil = { ...MANIFEST, config: { ...CONFIG, mediaType: '\u001b[2J\u202Eevil' } };
    expect(() => manifest(evil)).toThrowError(
      expect.not.objectContaining({ message: expect.stringMatching(/[\u001b\u202e]/) }),
    );
  });
});

describe('hostile documents of any shape', () => {
  it.each([
    ['manifest', (bytes: Uint8Array) => parseManifest(bytes, 'x')],
    ['config', (bytes: Uint8Array) => parseImageConfig(bytes, 'x')],
    ['manifest.json', (bytes: Uint8Array) => parseArchiveManifest(bytes, 'x')],
  ])('never crash the reader of a %s', (_name, parse) => {
    const key = fc.constantFrom(
      'schemaVersion',
      'config',
      'layers',
      'manifests',
      'rootfs',
      'diff_ids',
      'history',
      'digest',
      'size',
      'Config',
      'Layers',
      '__proto__',
      'os',
    );
    const { tree } = fc.letrec(tie => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(2, -1, DIGEST, '', null, true),
        fc.array(tie('tree')),
        fc.dictionary(key, tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(tree, value => {
        try {
          parse(encode(value));
        } catch (error) {
          expect(error).toBeInstanceOf(DeadweightError);
        }
      }),
      { numRuns: times(300) },
    );
  });
});

describe('configs', () => {
  const config = (value: unknown) => parseImageConfig(encode(value), 'The config of x');

  it('takes null and nothing for what is not there, as builders write it', () => {
    const nothing = {
      platform: { os: 'unknown', architecture: 'unknown' },
      diffIds: [],
      history: [],
      labels: {},
      user: '',
      credentials: [],
    };
    expect(config({ rootfs: {} })).toMatchObject(nothing);
    expect(
      config({ rootfs: { diff_ids: null }, history: null, config: { Labels: null }, os: null }),
    ).toMatchObject(nothing);
  });

  it('normalises the platform', () => {
    const platform = config({ rootfs: {}, os: 'linux', architecture: 'arm64', variant: 'v8' }).platform;
    expect(platform).toEqual({ os: 'linux', architecture: 'arm64' });
  });

  it.each([
    [{}, 'rootfs'],
    [{ rootfs: { diff_ids: ['sha256:short'] } }, 'rootfs.diff_ids.0'],
    [{ rootfs: {}, history: [{ empty_layer: 'yes' }] }, 'history.0.empty_layer'],
    [{ rootfs: {}, config: { Labels: { a: 1 } } }, 'config.Labels.a'],
  ])('refuses %j', (value, place) => {
    expect(() => config(value)).toThrowError(failure('input-corrupt', place));
  });
});

describe('media types of layers', () => {
  it.each([
    ['application/vnd.oci.image.layer.v1.tar', 'none', true],
    ['application/vnd.oci.image.layer.v1.tar+gzip', 'gzip', true],
    ['application/vnd.oci.image.layer.v1.tar+zstd', 'zstd', true],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', 'gzip', false],
    ['application/vnd.docker.image.rootfs.diff.tar', 'none', true],
    ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'gzip', true],
    ['application/vnd.docker.image.rootfs.diff.tar.zstd', 'zstd', true],
    ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'gzip', false],
  ])('%s', (mediaType, compression, distributable) => {
    expect(parseLayerMediaType(mediaType)).toEqual({ compression, distributable });
  });

  it.each(['', 'application/vnd.in-toto+json', 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted'])(
    '"%s" is none',
    mediaType => {
      expect(parseLayerMediaType(mediaType)).toBeNull();
    },
  );
});
