import { Buffer } from 'node:buffer';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { isDigest, sha256 } from '../../../src/base/digest.ts';
import { BLOCK } from '../../../src/tar/header.ts';
import { readTarStream } from '../../../src/tar/tar-parser.ts';
import { chunked } from '../../tar/collect.ts';
import type { FabricatedBlob, FabricatedImage, FabricatedImageLayer } from '../fabricate/image.ts';
import { diffIdOf } from '../fabricate/layer.ts';

/**
 * The files of an archive, which must be whole: each once, and the end of a tar behind them.
 * @throws Error for anything else
 */
export async function readWholeArchive(bytes: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  await readTarStream(chunked(bytes, [100_000]), {
    entry({ path, kind, size }) {
      if (kind !== 'file') throw new Error(`${path} is a ${kind}`);
      if (files.has(path)) throw new Error(`${path} is there twice`);
      const parts: Buffer[] = [];
      const end = () => {
        const content = Buffer.concat(parts);
        if (content.length !== size) throw new Error(`${path} has ${content.length} of ${size} bytes`);
        files.set(path, content);
      };
      return { write: chunk => void parts.push(Buffer.from(chunk)), end };
    },
  });
  const end = bytes.subarray(-2 * BLOCK);
  if (bytes.length % BLOCK !== 0 || end.length < 2 * BLOCK || end.some(byte => byte !== 0))
    throw new Error('unexpected EOF');
  return files;
}

/**
 * The image of an archive that an engine is sent: `manifest.json` of one, and the index of a layout. Every blob must be what
 * its name says, and every layer what the config says.
 * @throws Error for anything else
 */
export async function readSavedImage(bytes: Buffer): Promise<FabricatedImage> {
  const files = await readWholeArchive(bytes);
  const at = (path: string): Buffer => files.get(path) ?? missing(path);
  for (const [path, content] of files) {
    const [, hex] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path) ?? [];
    if (hex !== undefined && sha256(content) !== `sha256:${hex}`)
      throw new Error(`${path} is something else`);
  }
  const [saved, ...others] = JSON.parse(at('manifest.json').toString());
  const [entry, ...more] = JSON.parse(at('index.json').toString()).manifests;
  if (!saved || !entry || others.length > 0 || more.length > 0) throw new Error('there is one image');
  if (JSON.parse(at('oci-layout').toString()).imageLayoutVersion !== '1.0.0') throw new Error('no layout');
  const manifest = blobAt(files, entry);
  const { config, layers } = JSON.parse(manifest.bytes.toString());
  const listed: readonly FabricatedBlob[] = layers.map((layer: unknown) => blobAt(files, layer));
  if (JSON.stringify(saved.Layers) !== JSON.stringify(listed.map(({ digest }) => pathOf(digest))))
    throw new Error('manifest.json lists other layers');
  const image = imageOfConfig(blobAt(files, config), listed);
  if (saved.Config !== pathOf(image.config.digest)) throw new Error('manifest.json has another config');
  return { ...image, manifest, tags: saved.RepoTags ?? [] };
}

function imageOfConfig(
  config: FabricatedBlob,
  blobs: readonly FabricatedBlob[],
): Omit<FabricatedImage, 'manifest' | 'tags'> {
  const { os, architecture, variant, rootfs, history = [] } = JSON.parse(config.bytes.toString());
  const steps = history.filter((step: { empty_layer?: boolean }) => step.empty_layer !== true);
  const layers = blobs.map((blob, index): FabricatedImageLayer => {
    const tar = unpacked(blob.bytes);
    const diffId = diffIdOf(tar);
    if (rootfs.diff_ids[index] !== diffId) throw new Error(`layer ${index} has another diffID`);
    return { ...blob, tar, diffId, createdBy: steps[index]?.created_by ?? '' };
  });
  if (rootfs.diff_ids.length !== layers.length) throw new Error('the config lists other layers');
  return { config, layers, platform: { os, architecture, ...(variant && { variant }) } };
}

function blobAt(files: ReadonlyMap<string, Buffer>, descriptor: unknown): FabricatedBlob {
  const { digest, size, mediaType } = Object(descriptor);
  if (!isDigest(digest)) throw new Error(`${digest} is no digest`);
  const bytes = files.get(pathOf(digest)) ?? missing(digest);
  if (bytes.length !== size) throw new Error(`${digest} has ${bytes.length} bytes, and not ${size}`);
  return { digest, bytes, mediaType };
}

function unpacked(bytes: Buffer): Buffer {
  if (bytes[0] === 0x1f) return gunzipSync(bytes);
  return bytes[0] === 0x28 ? zstdDecompressSync(bytes) : bytes;
}

function pathOf(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function missing(what: string): never {
  throw new Error(`${what} is not there`);
}
