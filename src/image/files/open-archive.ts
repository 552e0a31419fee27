import { DeadweightError } from '../../base/errors.ts';
import { decompress, detectCompression, looksLikeTar } from '../../tar/compression.ts';
import { openRandomAccess, streamRange } from '../../tar/random-access.ts';
import { archiveFiles } from './archive-files.ts';
import type { ImageFiles } from './image-files.ts';
import { streamedFiles } from './streamed-files.ts';

/**
 * Opens an archive of an image: by position when it is a tar, streamed when it is compressed as a whole.
 * @throws DeadweightError `input-missing`, `permission-denied`, `not-an-image`, `input-corrupt`, `input-truncated`.
 */
export async function openArchiveFiles(path: string): Promise<ImageFiles> {
  const source = openRandomAccess(path);
  try {
    const head = new Uint8Array(512);
    const length = source.read(head, 0);
    const compression = detectCompression(head);
    if (compression !== 'none') {
      const open = () => decompress(streamRange(source, { start: 0, length: source.size }), compression);
      return await streamedFiles(path, open, () => source.close());
    }
    if (!looksLikeTar(head.subarray(0, length))) throw noTar(path);
    return archiveFiles(path, source);
  } catch (error) {
    source.close();
    throw inArchive(error, path);
  }
}

/** The same error, saying which archive it is about. */
function inArchive(error: unknown, path: string): unknown {
  if (!(error instanceof DeadweightError) || error.message.includes(path)) return error;
  const { code, message, remedy } = error;
  return new DeadweightError(code, { message: `${path}: ${message}`, remedy, cause: error });
}

function noTar(path: string): DeadweightError {
  return new DeadweightError('not-an-image', {
    message: `${path} is neither a tar nor compressed with gzip or zstd.`,
    remedy: 'Give an archive that docker save, skopeo copy or buildx --output wrote.',
  });
}
