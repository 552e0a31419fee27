import { Buffer } from 'node:buffer';
import { digestHex, sha256 } from '../../../src/base/digest.ts';
import { containersStorage } from './containers-storage.ts';
import type { FabricatedImage } from './image.ts';
import { type FileSet, ociLayout } from './oci-layout.ts';

/** The files of an engine that has these images, of either store, below its data root. */
export function engineFiles(images: readonly FabricatedImage[], store: 'graph' | 'containerd'): FileSet {
  if (store === 'graph') return new Map(images.flatMap(image => [...graphStore(image)]));
  const blobs = [...ociLayout(images)].filter(([path]) => path.startsWith('blobs/'));
  const folder = 'containerd/daemon/io.containerd.content.v1.content';
  return new Map(blobs.map(([path, bytes]) => [`${folder}/${path}`, bytes]));
}

/** The files of an engine with a graph driver that has this image: as podman has them, under other names. */
export function graphStore(image: FabricatedImage, driver = 'overlay2'): FileSet {
  const files = new Map<string, Buffer>();
  const stored = [...containersStorage([image])];
  const { config } = image;
  files.set(`image/${driver}/imagedb/content/sha256/${digestHex(config.digest)}`, config.bytes);
  let [chain, parent] = ['', ''];
  for (const { diffId } of image.layers) {
    const id = digestHex(sha256(Buffer.from(parent + diffId)));
    parent = id;
    chain = chain === '' ? diffId : sha256(`${chain} ${diffId}`);
    const folder = `image/${driver}/layerdb/sha256/${chain.slice('sha256:'.length)}`;
    const cacheId = `c${id.slice(0, 24)}`;
    files.set(`${folder}/diff`, Buffer.from(diffId));
    files.set(`${folder}/cache-id`, Buffer.from(cacheId));
    let size = 0;
    for (const [path, bytes] of stored) {
      if (path.startsWith(`overlay/${id}/diff/`)) {
        files.set(`${driver}/${cacheId}/diff/${path.slice(`overlay/${id}/diff/`.length)}`, bytes);
        size += bytes.length;
      }
      if (path === `overlay-layers/${id}.tar-split.gz`) files.set(`${folder}/tar-split.json.gz`, bytes);
    }
    files.set(`${folder}/size`, Buffer.from(String(size)));
  }
  return files;
}
