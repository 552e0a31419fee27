import { DeadweightError } from '../../base/errors.ts';
import { documentTooLarge, MAX_DOCUMENT } from '../../oci/parse-json.ts';
import { decompress, detectCompression, looksLikeTar } from '../../tar/compression.ts';
import type { Expansion } from '../../tar/expansion.ts';
import {
  type ByteRange,
  openRandomAccess,
  type RandomAccess,
  sliceOf,
  streamRange,
} from '../../tar/random-access.ts';
import { readTarAt } from '../../tar/tar-index.ts';
import { BlobReader } from '../blob-reader.ts';
import { blobMissing } from '../layer-bytes.ts';
import type { ImageFiles } from '../layer-reader.ts';
import { ArchiveIndex } from './archive-index.ts';
import { openStreamedFiles } from './streamed-files.ts';

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
      const open = (expansion?: Expansion) =>
        decompress(streamRange(source, { start: 0, length: source.size }), compression, expansion, 'archive');
      return await openStreamedFiles(path, open, () => source.close());
    }
    if (!looksLikeTar(head.subarray(0, length))) throw noTar(path);
    return indexArchive(path, source);
  } catch (error) {
    source.close();
    throw nameArchive(error, path);
  }
}

/** The error with the archive that it is about named in front of its message. */
function nameArchive(error: unknown, path: string): unknown {
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

/**
 * Files of an uncompressed tar archive, read by position. Owns `source`.
 * @throws DeadweightError `input-corrupt`, `input-truncated`.
 */
function indexArchive(name: string, source: RandomAccess): ImageFiles {
  const index = new ArchiveIndex<ByteRange>(name);
  readTarAt(source, (header, data) => index.add(header, data));
  return {
    name,
    has: path => index.find(path) !== null,
    read: path => {
      const found = index.find(path);
      if (!found) return null;
      const { length, start } = found.value;
      if (length > MAX_DOCUMENT) throw documentTooLarge(`${path} of ${name}`, length);
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, source.read(bytes, start));
    },
    list: () => index.list(),
    reader: () =>
      new BlobReader(
        layer => {
          const found = index.find(layer.path);
          if (!found) throw blobMissing(layer);
          return sliceOf(source, found.value);
        },
        () => source.close(),
      ),
    close: () => source.close(),
  };
}
