import { isAbsolute, join } from 'node:path';
import type { Digest } from '../../base/digest.ts';
import { MAX_DOCUMENT } from '../../oci/parse-json.ts';
import { BlobReader } from '../blob-reader.ts';
import type { ImageFiles } from '../layer-reader.ts';
import type { EngineAccess } from './store-access.ts';

/** Where the containerd of a machine itself listens, and keeps what it has. */
export const CONTAINERD_OF_MACHINE = {
  socket: '/run/containerd/containerd.sock',
  root: '/var/lib/containerd',
};
/** Below the engine's root, where it has started a containerd of its own. */
const OF_ENGINE = 'containerd/daemon';
const CONTENT = 'io.containerd.content.v1.content';

/** Blobs by digest, as the OCI image layout has them. Its reader closes it as well. */
export type ContentStore = Pick<ImageFiles, 'name' | 'has' | 'read' | 'reader' | 'close'>;

/**
 * The blobs of the containerd that an engine keeps its images with; null where they cannot be read there: it is another
 * machine's or another user's. Nothing is opened that is a link, or leads out
 * of the root, which may be one itself.
 * https://github.com/containerd/containerd/blob/main/docs/content-flow.md
 * @param root data root of the engine
 * @param socket where its containerd listens; null where the engine does not say
 * @param pathOf where a blob is, in the OCI image layout
 * @param digest of a blob that it must have
 */
export function findContentStore(
  root: string,
  socket: string | null,
  pathOf: (digest: Digest) => string,
  digest: Digest,
  access: EngineAccess,
): ContentStore | null {
  const stores = realFolders(root, socket, access).map(folder => contentStore(folder, access));
  return stores.find(store => store.read(pathOf(digest)) !== null) ?? null;
}

/** Whether there is a folder of blobs where an engine may keep its images: which of them are there is another matter. */
export function hasContentFolder(root: string, socket: string | null, access: EngineAccess): boolean {
  return realFolders(root, socket, access).some(folder => access.isReal(join(folder, 'blobs')));
}

/** Where an engine may keep blobs. */
export function contentFolders(root: string, socket: string | null): readonly string[] {
  return contentPlaces(root, socket).map(({ root, below }) => join(root, below, CONTENT));
}

/** Those of them that are there. */
function realFolders(root: string, socket: string | null, access: EngineAccess): readonly string[] {
  return contentPlaces(root, socket).flatMap(({ root, below }) => {
    const real = isAbsolute(root) ? access.realRoot(root) : null;
    return real === null ? [] : [join(real, below, CONTENT)];
  });
}

function contentPlaces(root: string, socket: string | null) {
  const ofMachine = { root: CONTAINERD_OF_MACHINE.root, below: '' };
  return [{ root, below: OF_ENGINE }, ...(socket === CONTAINERD_OF_MACHINE.socket ? [ofMachine] : [])];
}

function contentStore(folder: string, access: EngineAccess): ContentStore {
  return {
    name: folder,
    has: path => access.isReal(join(folder, path)),
    read: path => access.readReal(join(folder, path), MAX_DOCUMENT),
    reader: () =>
      new BlobReader(
        layer => access.open(join(folder, layer.path)),
        () => access.close?.(),
      ),
    close: () => access.close?.(),
  };
}
