import { Buffer } from 'node:buffer';
import { posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digestHex, sha256 } from '../../../src/base/digest.ts';
import { normalizeName } from '../../../src/oci/docker-name.ts';
import { readTarAt } from '../../../src/tar/tar-index.ts';
import type { FabricatedImage, FabricatedImageLayer } from './image.ts';
import type { FileSet } from './oci-layout.ts';

/** The files of a store of podman with the overlay driver that has these images. */
export function containersStorage(images: readonly FabricatedImage[]): FileSet {
  const files = new Map<string, Buffer>();
  const layers = new Map<string, unknown>();
  const listed = images.map(image => {
    const id = digestHex(image.config.digest);
    let parent = '';
    for (const layer of image.layers) {
      const layerId = digestHex(sha256(Buffer.from(parent + layer.diffId)));
      layers.set(layerId, { id: layerId, ...(parent !== '' && { parent }), 'diff-size': layer.tar.length });
      addLayer(files, layerId, layer);
      parent = layerId;
    }
    const documents = {
      manifest: image.manifest.bytes,
      [`manifest-${image.manifest.digest}`]: image.manifest.bytes,
      [image.config.digest]: image.config.bytes,
    };
    for (const [key, bytes] of Object.entries(documents)) {
      const name = key === 'manifest' ? key : `=${Buffer.from(key).toString('base64')}`;
      files.set(`overlay-images/${id}/${name}`, bytes);
    }
    return {
      id,
      digest: image.manifest.digest,
      names: image.tags.map(tag => normalizeName(tag)),
      ...(parent !== '' && { layer: parent }),
    };
  });
  files.set('overlay-images/images.json', Buffer.from(JSON.stringify(listed)));
  return files.set('overlay-layers/layers.json', Buffer.from(JSON.stringify([...layers.values()])));
}

/** A layer as it is unpacked, and the record of its tar: what lies between files as it is, files by their names. */
function addLayer(files: Map<string, Buffer>, id: string, { tar }: FabricatedImageLayer): void {
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
  files.set(`overlay/${id}/diff/.keep`, Buffer.alloc(0));
  readTarAt(source, ({ path }, { start, length }) => {
    if (length === 0) return;
    until(start);
    end = start + length;
    pieces.push({ type: 1, name: path, size: length, payload: '' });
    files.set(`overlay/${id}/diff/${posix.normalize(path)}`, tar.subarray(start, end));
  });
  until(tar.length);
  const lines = pieces.map((piece, position) => JSON.stringify({ ...Object(piece), position }));
  files.set(`overlay-layers/${id}.tar-split.gz`, gzipSync(`${lines.join('\n')}\n`));
}
