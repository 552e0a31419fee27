import { Buffer } from 'node:buffer';
import { digestHex, sha256 } from '../../../src/base/digest.ts';
import { containersStorage } from './containers-storage.ts';
import type { FabricatedImage } from './image.ts';
import type { FileSet } from './oci-layout.ts';

/** The files of an engine with a graph driver that has this image: as podman has them, under other names. */
export function graphStore(image: FabricatedImage, driver = 'overlay2'): FileSet {
  const files = new Map<string, Buffer>();
  const stored = [...containersStorage([image])];
  let [chain, parent] = ['', ''];
  for (const { diffId, tar } of image.layers) {
    const id = digestHex(sha256(Buffer.from(parent + diffId)));
    parent = id;
    chain = chain === '' ? diffId : sha256(`${chain} ${diffId}`);
    const folder = `image/${driver}/layerdb/sha256/${chain.slice('sha256:'.length)}`;
    const cacheId = `c${id.slice(0, 24)}`;
    files.set(`${folder}/diff`, Buffer.from(diffId));
    files.set(`${folder}/cache-id`, Buffer.from(cacheId));
    files.set(`${folder}/size`, Buffer.from(String(tar.length)));
    for (const [path, bytes] of stored) {
      if (path.startsWith(`overlay/${id}/diff/`))
        files.set(`${driver}/${cacheId}/diff/${path.slice(`overlay/${id}/diff/`.length)}`, bytes);
      if (path === `overlay-layers/${id}.tar-split.gz`) files.set(`${folder}/tar-split.json.gz`, bytes);
    }
  }
  return files;
}
