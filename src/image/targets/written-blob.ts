import { FileHashThread } from '../../layer/file-hash-thread.ts';
import { openCounted } from './counted-blob.ts';
import type { BlobIdentity, OutgoingBlob } from './image-target.ts';
import type { PartialFile } from './partial-file.ts';

/**
 * Writes the bytes of a blob to a file, behind what is there.
 * @throws DeadweightError as `PartialFile.write`; what reading the blob throws
 */
export async function writeBlobTo(file: PartialFile, blob: OutgoingBlob): Promise<BlobIdentity> {
  const lent = blob.lend?.();
  if (lent !== undefined) return await writeLent(file, lent);
  const { chunks, identity } = openCounted(blob);
  for await (const chunk of chunks) await file.write(chunk);
  return await identity();
}

async function writeLent(file: PartialFile, chunks: AsyncIterable<Uint8Array>): Promise<BlobIdentity> {
  const thread = new FileHashThread();
  const hash = file.hash(thread);
  try {
    for await (const chunk of chunks) await file.copy(chunk);
    return await hash.finish();
  } finally {
    hash.abandon();
    await thread.close();
  }
}
