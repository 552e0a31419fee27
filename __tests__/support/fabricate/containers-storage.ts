import { Buffer } from 'node:buffer';
import { posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digestHex, sha256 } from '../../../src/base/digest.ts';
import { normalizeName } from '../../../src/oci/docker-name.ts';
import { readTarAt } from '../../../src/tar/tar-index.ts';
import type { FabricatedImage, FabricatedImageLayer } from './image.ts';
import type { FileSet } from './oci-layout.ts';

/** Where a driver has the files of a layer. */
const FILES = {
  overlay: (id: string) => `overlay/${id}/diff`,
  vfs: (id: string) => `vfs/dir/${id}`,
  btrfs: (id: string) => `btrfs/subvolumes/${id}`,
};

type Driver = keyof typeof FILES;

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let sum = BigInt(byte);
  for (let bit = 0; bit < 8; bit += 1) sum = (sum >> 1n) ^ (sum & 1n ? 0xd8n << 56n : 0n);
  return sum;
});

/** The files of a store of podman that has these images. */
export function containersStorage(images: readonly FabricatedImage[], driver: Driver = 'overlay'): FileSet {
  const files = new Map<string, Buffer>();
  const layers = new Map<string, unknown>();
  const listed = images.map(image => {
    const id = digestHex(image.config.digest);
    let parent = '';
    for (const layer of image.layers) {
      const layerId = digestHex(sha256(Buffer.from(parent + layer.diffId)));
      layers.set(layerId, { id: layerId, ...(parent !== '' && { parent }), 'diff-size': layer.tar.length });
      addLayer(files, driver, layerId, layer);
      parent = layerId;
    }
    const documents = {
      manifest: image.manifest.bytes,
      [`manifest-${image.manifest.digest}`]: image.manifest.bytes,
      [image.config.digest]: image.config.bytes,
    };
    for (const [key, bytes] of Object.entries(documents)) {
      const name = key === 'manifest' ? key : `=${Buffer.from(key).toString('base64')}`;
      files.set(`${driver}-images/${id}/${name}`, bytes);
    }
    return {
      id,
      digest: image.manifest.digest,
      'big-data-digests': Object.fromEntries(
        Object.entries(documents).map(([key, bytes]) => [key, sha256(bytes)]),
      ),
      names: image.tags.map(tag => normalizeName(tag)),
      ...(parent !== '' && { layer: parent }),
    };
  });
  files.set(`${driver}-images/images.json`, Buffer.from(JSON.stringify(listed)));
  return files.set(`${driver}-layers/layers.json`, Buffer.from(JSON.stringify([...layers.values()])));
}

/**
 * A layer as it is unpacked, and the record of its tar: what lies between files as it is, files by their names. The path of a
 * file whose name is no UTF-8 has `\\xHH` in it: whoever writes it gives it the bytes of its name.
 */
function addLayer(
  files: Map<string, Buffer>,
  driver: Driver,
  id: string,
  { tar }: FabricatedImageLayer,
): void {
  const pieces: unknown[] = [];
  let end = 0;
  const until = (start: number) => {
    if (start > end) pieces.push({ type: 2, payload: tar.subarray(end, start).toString('base64') });
  };
  const source = {
    size: tar.length,
    read: (target: Uint8Array, at: number) => tar.copy(target, 0, at),
    close: () => undefined,
  };
  const folder = FILES[driver](id);
  files.set(`${folder}/.keep`, Buffer.alloc(0));
  readTarAt(source, ({ path }, { start, length }, header) => {
    if (length === 0) return;
    until(start);
    end = start + length;
    const name = path.includes('\\x') ? { name_raw: rawName(tar, header) } : { name: path };
    const content = tar.subarray(start, end);
    pieces.push({ type: 1, ...name, size: length, payload: crc64(content).toString('base64') });
    files.set(`${folder}/${posix.normalize(path)}`, content);
  });
  until(tar.length);
  const lines = pieces.map((piece, position) => JSON.stringify({ ...Object(piece), position }));
  files.set(`${driver}-layers/${id}.tar-split.gz`, gzipSync(`${lines.join('\n')}\n`));
}

function rawName(tar: Buffer, header: number): string {
  return tar.subarray(header, tar.indexOf(0, header)).toString('base64');
}

/** As Go's `hash/crc64` has it with its ISO table, bit by bit. */
export function crc64(content: Uint8Array): Buffer {
  let sum = 2n ** 64n - 1n;
  for (const byte of content) sum = (TABLE[Number(sum & 255n) ^ byte] ?? 0n) ^ (sum >> 8n);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(sum ^ (2n ** 64n - 1n));
  return bytes;
}
