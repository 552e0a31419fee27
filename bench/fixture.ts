import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { encodeHeader, type TarEntry } from '../__tests__/support/tar/header-encoder.ts';
import { TAR_END } from '../__tests__/support/tar/tar-writer.ts';

/** A file of a layer, or a whiteout where it has no bytes and such a name. */
export interface BenchFile {
  readonly path: string;
  readonly size: number;
  /** Files of one size hold the same where this is the same; the length of the path when absent. */
  readonly content?: number;
}

const BLOCK = 512;
/** A program's own bytes, which compress as those of images do: Node's, whose executable is larger. */
const CONTENT = Buffer.alloc(64 * 1024 * 1024);
{
  const program = openSync(process.execPath, 'r');
  for (let length = 0; length < CONTENT.length; ) {
    const count = readSync(program, CONTENT, length, CONTENT.length - length, length);
    if (count === 0) throw new Error(`${process.execPath} is too small to make images of`);
    length += count;
  }
  closeSync(program);
}

/** Writes a `docker save` archive with uncompressed layers, one blob after the other; nothing is held in memory. */
export function writeArchive(path: string, name: string, layers: readonly (readonly BenchFile[])[]): void {
  const file = openSync(path, 'w');
  const write = (bytes: Uint8Array): void => void writeSync(file, bytes);
  const member = (entry: TarEntry, body: Uint8Array): void => {
    write(encodeHeader(entry));
    write(body);
    write(new Uint8Array((BLOCK - (body.length % BLOCK)) % BLOCK));
  };
  const digests = layers.map(files => {
    const digest = layerDigest(files);
    const size = layerLength(files);
    write(encodeHeader({ path: `blobs/sha256/${digest}`, kind: 'file', size }));
    for (const chunk of layerTar(files)) write(chunk);
    return digest;
  });
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: digests.map(digest => `sha256:${digest}`) },
      history: digests.map((_digest, index) => ({ created_by: `RUN step ${index} # buildkit` })),
    }),
  );
  const id = createHash('sha256').update(config).digest('hex');
  member({ path: `blobs/sha256/${id}`, kind: 'file', size: config.length }, config);
  const manifest = Buffer.from(
    JSON.stringify([
      {
        Config: `blobs/sha256/${id}`,
        RepoTags: [name],
        Layers: digests.map(digest => `blobs/sha256/${digest}`),
      },
    ]),
  );
  member({ path: 'manifest.json', kind: 'file', size: manifest.length }, manifest);
  write(TAR_END);
  closeSync(file);
}

function* layerTar(files: readonly BenchFile[]): Iterable<Uint8Array> {
  for (const { path, size, content = path.length } of files) {
    const offset = (content * 4099) % (CONTENT.length / 2);
    yield encodeHeader({ path, kind: 'file', size });
    for (let written = 0; written < size; written += CONTENT.length - offset) {
      yield CONTENT.subarray(offset, offset + Math.min(size - written, CONTENT.length - offset));
    }
    yield new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
  }
  yield TAR_END;
}

function layerLength(files: readonly BenchFile[]): number {
  return files.reduce((sum, { size }) => sum + BLOCK + Math.ceil(size / BLOCK) * BLOCK, TAR_END.length);
}

/** Hex of the sha256 of a layer's tar. */
export function layerDigest(files: readonly BenchFile[]): string {
  const hash = createHash('sha256');
  for (const chunk of layerTar(files)) hash.update(chunk);
  return hash.digest('hex');
}

/** Nine layers, 62,000 files and 1.2 GB: mostly small files and a few large ones; the last overwrites 300. */
export function largeImage(): readonly (readonly BenchFile[])[] {
  return Array.from({ length: 9 }, (_, layer) => {
    const small = Array.from({ length: 6_880 }, (_each, index) => {
      const owner = layer === 8 && index < 300 ? 0 : layer;
      const name = `file-${owner}-${index}.txt`;
      return {
        path: join('usr', `d${index % 97}`, `e${index % 11}`, name),
        size: 2_000 + ((index * 7919) % 24_000),
        content: owner * 6_880 + index,
      };
    });
    return [...small, { path: `opt/large-${layer}.bin`, size: 40_000_000 + layer }];
  });
}

/**
 * 100,000 files in 400 directories; 400 layers above them that each remove a directory, or each write one file.
 * @param size of a file. Bytes
 */
export function tallImage(withWhiteouts: boolean, size = 100): readonly (readonly BenchFile[])[] {
  const below = Array.from({ length: 100_000 }, (_, index) => ({
    path: `data/dir-${index % 400}/sub/file-${index}`,
    size,
    content: index,
  }));
  const above = Array.from({ length: 400 }, (_, index) => [
    { path: withWhiteouts ? `data/.wh.dir-${index}` : `other/file-${index}`, size: 0 },
  ]);
  return [below, ...above];
}

/** Files of one size, spread over layers and directories of a hundred; none is written twice. */
export function flatImage(files: number, layers: number, size: number): readonly (readonly BenchFile[])[] {
  const each = Math.ceil(files / layers);
  return Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: each }, (_each, index) => ({
      path: `srv/layer-${layer}/dir-${Math.floor(index / 100)}/file-${index}.js`,
      size,
      content: layer * each + index,
    })),
  );
}

/** 100,000 files in five layers, and what may become of them between two builds. */
export function comparedImages(): {
  readonly baseline: readonly (readonly BenchFile[])[];
  readonly heads: readonly { readonly what: string; readonly layers: readonly (readonly BenchFile[])[] }[];
} {
  const filesIn = (directory: string): BenchFile[][] =>
    Array.from({ length: 5 }, (_, layer) =>
      Array.from({ length: 20_000 }, (_each, index) => ({
        path: `${directory}/part-${layer}/dir-${Math.floor(index / 100)}/file-${index}.js`,
        size: 100 + ((index * 7919) % 5_000),
      })),
    );
  return {
    baseline: filesIn('srv/app'),
    heads: [
      { what: 'equal content in another layer', layers: [filesIn('srv/app').flat()] },
      // What a file holds depends on the length of its path and on its size.
      { what: 'a renamed directory', layers: filesIn('srv/web') },
      { what: 'wholly other content', layers: filesIn('opt/vendor') },
    ],
  };
}

/** An OCI layout of the layers, compressed as zlib and zstd do by default. @returns the paths of the layers' blobs */
export function writeLayout(
  folder: string,
  name: string,
  layers: readonly (readonly BenchFile[])[],
  compression: 'gzip' | 'zstd',
): readonly string[] {
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const store = (bytes: Uint8Array): { digest: string; size: number } => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, hex), bytes);
    return { digest: `sha256:${hex}`, size: bytes.length };
  };
  const stored = layers.map(files => {
    const tar = Buffer.concat([...layerTar(files)]);
    const packed = compression === 'gzip' ? gzipSync(tar) : zstdCompressSync(tar);
    const diffId = `sha256:${createHash('sha256').update(tar).digest('hex')}`;
    return { diffId, mediaType: `application/vnd.oci.image.layer.v1.tar+${compression}`, ...store(packed) };
  });
  const config = store(
    Buffer.from(
      JSON.stringify({
        architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
        os: 'linux',
        config: {},
        rootfs: { type: 'layers', diff_ids: stored.map(({ diffId }) => diffId) },
        history: stored.map((_layer, index) => ({ created_by: `RUN step ${index} # buildkit` })),
      }),
    ),
  );
  const manifest = store(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers: stored.map(({ diffId: _diffId, ...layer }) => layer),
      }),
    ),
  );
  const annotations = { 'org.opencontainers.image.ref.name': name };
  const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest, annotations };
  writeFileSync(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }));
  return stored.map(({ digest }) => join(blobs, digest.slice('sha256:'.length)));
}
