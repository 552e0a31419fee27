import type { Buffer } from 'node:buffer';
import { isAbsolute, join } from 'node:path';
import { type DiffId, type Digest, digestHex, sha256 } from '../../base/digest.ts';
import { MAX_DOCUMENT } from '../../oci/parse-json.ts';
import type { ListedLayer } from './image-store.ts';
import type { EngineAccess } from './store-access.ts';

/** Where an engine says that it keeps its images: `/var/lib/docker`, `overlay2`. */
export interface GraphStore {
  readonly root: string;
  readonly driver: string;
}

/** Where each driver has the files of a layer. */
const DRIVERS: ReadonlyMap<string, (id: string) => string> = new Map([
  ['overlay2', (id: string) => `overlay2/${id}/diff`],
  ['fuse-overlayfs', (id: string) => `fuse-overlayfs/${id}/diff`],
  ['vfs', (id: string) => `vfs/dir/${id}`],
]);

/** Bytes of a file with a single word. */
const MAX_WORD = 256;
/** The engine's own random IDs, and those that BuildKit makes. */
const CACHE_ID = /^[0-9a-z]{20,128}$/;

/** Whether the layers of a driver can be read where they lie. */
export function readsDriver(driver: string): boolean {
  return DRIVERS.has(driver);
}

/** Where the layers are listed. */
export function layerListFolder({ root, driver }: GraphStore): string {
  return join(root, 'image', driver, 'layerdb/sha256');
}

/**
 * The config of an image of an engine with a graph driver, as it lies there (moby, image/fs.go); null where it cannot be
 * read there.
 */
export function findGraphConfig(
  { root, driver }: GraphStore,
  imageId: Digest,
  access: EngineAccess,
): Buffer | null {
  const real = isAbsolute(root) && DRIVERS.has(driver) ? access.realRoot(root) : null;
  if (real === null) return null;
  const path = join(real, 'image', driver, 'imagedb/content/sha256', digestHex(imageId));
  const bytes = access.readReal(path, MAX_DOCUMENT);
  return bytes !== null && sha256(bytes) === imageId ? bytes : null;
}

/**
 * The layers of an image of an engine with a graph driver, where they lie; null where not all of them can be read there: it is
 * another machine's or another user's, or the engine keeps them otherwise. Layers are listed by the chain of their diffIDs
 * (moby, layer/filestore.go), so that another engine's of that name are the same. Nothing is opened that is a link, or leads out
 * of the root, which may be one itself.
 */
export function findGraphLayers(
  store: GraphStore,
  diffIds: readonly DiffId[],
  access: EngineAccess,
): readonly ListedLayer[] | null {
  const { driver } = store;
  const filesOf = DRIVERS.get(driver);
  const root = isAbsolute(store.root) ? access.realRoot(store.root) : null;
  if (filesOf === undefined || root === null) return null;
  const layers: ListedLayer[] = [];
  let chain = '';
  for (const diffId of diffIds) {
    chain = chain === '' ? diffId : sha256(`${chain} ${diffId}`);
    const folder = join(layerListFolder({ root, driver }), chain.slice('sha256:'.length));
    const word = (name: string) => access.readReal(join(folder, name), MAX_WORD)?.toString('utf8').trim();
    const cacheId = word('cache-id') ?? '';
    if (!CACHE_ID.test(cacheId) || word('diff') !== diffId) return null;
    const size = word('size') ?? '';
    const recordPath = join(folder, 'tar-split.json.gz');
    const filesPath = join(root, filesOf(cacheId));
    if (!access.isReal(recordPath) || !access.isReal(filesPath) || !/^\d{1,15}$/.test(size)) return null;
    layers.push({
      id: digestHex(diffId),
      parent: layers.at(-1)?.id ?? null,
      size: Number(size),
      recordPath,
      filesPath,
    });
  }
  return layers;
}
