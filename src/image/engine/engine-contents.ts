import { isDigest } from '../../base/digest.ts';
import type { OpenOptions } from '../image.ts';
import { blobPath } from '../sources/image-candidates.ts';
import { findContentStore, hasContentFolder } from '../store/content-store.ts';
import { ownAccess } from '../store/store-access.ts';
import type { EngineClient } from './engine-client.ts';

/** The blobs of an engine with the containerd store, where this process may read them. */
export interface EngineContents {
  /** Whether there is a blob of a digest. */
  has(digest: string): boolean;
}

/** @returns null where they are not to be read, or not here, or only with the help of sudo, which takes time to start */
export async function findEngineContents(
  client: EngineClient,
  { engineStore }: Pick<OpenOptions, 'engineStore'>,
): Promise<EngineContents | null> {
  if (engineStore === 'api' || !client.isLocal) return null;
  const { hasContainerdStore, root, containerd } = await client.info();
  if (!hasContainerdStore || !hasContentFolder(root, containerd, ownAccess)) return null;
  return {
    has: digest =>
      isDigest(digest) && findContentStore(root, containerd, blobPath, digest, ownAccess) !== null,
  };
}
