import { DeadweightError } from '../../base/errors.ts';
import { documentTooLarge, MAX_DOCUMENT } from '../../oci/parse-json.ts';
import { decompress, detectCompression, looksLikeTar } from '../../tar/compression.ts';
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
import {
  type ArchiveEntry,
  cleanName,
  followLinks,
  linkTarget,
  MAX_ARCHIVE_ENTRIES,
  tooManyEntries,
} from './archive-entries.ts';
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
      const open = () => decompress(streamRange(source, { start: 0, length: source.size }), compression);
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

interface IndexedEntry extends ArchiveEntry {
  readonly data: ByteRange;
}

/**
 * Files of an uncompressed tar archive, read by position. Owns `source`.
 * @throws DeadweightError `input-corrupt`, `input-truncated`.
 */
function indexArchive(name: string, source: RandomAccess): ImageFiles {
  const entries = indexOf(name, source);
  const find = (path: string) => followLinks(entries, path)?.entry ?? null;
  return {
    name,
    has: path => find(path) !== null,
    read: path => {
      const entry = find(path);
      if (!entry) return null;
      const { length, start } = entry.data;
      if (length > MAX_DOCUMENT) throw documentTooLarge(`${path} of ${name}`, length);
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, source.read(bytes, start));
    },
    list: () => [...entries.keys()].slice(0, 8),
    reader: () =>
      new BlobReader(
        layer => {
          const entry = find(layer.path);
          if (!entry) throw blobMissing(layer);
          return sliceOf(source, entry.data);
        },
        () => source.close(),
      ),
    close: () => source.close(),
  };
}

function indexOf(name: string, source: RandomAccess): ReadonlyMap<string, IndexedEntry> {
  const entries = new Map<string, IndexedEntry>();
  readTarAt(source, (header, data) => {
    const path = cleanName(header.path);
    if (header.kind === 'file') entries.set(path, { kind: 'file', target: '', data });
    else if (header.kind === 'symlink' || header.kind === 'hardlink') {
      entries.set(path, { kind: 'link', target: linkTarget(path, header.kind, header.linkname), data });
    }
    if (entries.size > MAX_ARCHIVE_ENTRIES) throw tooManyEntries(name);
  });
  return entries;
}
