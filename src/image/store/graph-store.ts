import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type DiffId, digestHex, sha256 } from '../../base/digest.ts';
import { systemErrorCode } from '../../base/errors.ts';
import { readInputFile, UnfitFile } from '../../base/input-file.ts';
import { pathInside } from '../../base/inside-path.ts';
import type { ListedLayer } from './image-store.ts';

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

/**
 * The layers of an image of an engine with a graph driver, where they lie; null where not all of them can be read there: it is
 * another machine's or another user's, or the engine keeps them otherwise. Layers are listed by the chain of their diffIDs
 * (moby, layer/filestore.go), so that another engine's of that name are the same. Nothing is opened that is a link, or leads out
 * of the root.
 */
export function findGraphLayers(
  { root, driver }: GraphStore,
  diffIds: readonly DiffId[],
): readonly ListedLayer[] | null {
  const filesOf = DRIVERS.get(driver);
  if (filesOf === undefined) return null;
  const layers: ListedLayer[] = [];
  let chain = '';
  for (const diffId of diffIds) {
    chain = chain === '' ? diffId : sha256(`${chain} ${diffId}`);
    const folder = join(root, 'image', driver, 'layerdb/sha256', chain.slice('sha256:'.length));
    const cacheId = readWord(root, join(folder, 'cache-id'));
    if (cacheId === null || !CACHE_ID.test(cacheId)) return null;
    if (readWord(root, join(folder, 'diff')) !== diffId) return null;
    const size = readWord(root, join(folder, 'size'));
    const filesPath = join(root, filesOf(cacheId));
    if (!isInside(root, filesPath)) return null;
    layers.push({
      id: digestHex(diffId),
      parent: layers.at(-1)?.id ?? null,
      size: size !== null && /^\d{1,15}$/.test(size) ? Number(size) : null,
      recordPath: join(folder, 'tar-split.json.gz'),
      filesPath,
    });
    if (!isInside(root, join(folder, 'tar-split.json.gz'))) return null;
  }
  return layers;
}

/** A file with one word; null where there is none that may be read. */
function readWord(root: string, path: string): string | null {
  if (!isInside(root, path)) return null;
  try {
    return readInputFile(path, { maxBytes: MAX_WORD, followsLink: false }).toString('utf8').trim();
  } catch (error) {
    if (error instanceof UnfitFile || systemErrorCode(error) !== null) return null;
    throw error;
  }
}

/** Whether it is there, and below the root with all links followed. */
function isInside(root: string, path: string): boolean {
  try {
    return pathInside(realpathSync.native(root), realpathSync.native(path)) === pathInside(root, path);
  } catch (error) {
    if (systemErrorCode(error) !== null) return false;
    throw error;
  }
}
