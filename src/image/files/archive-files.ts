import { DeadweightError } from '../../base/errors.ts';
import { DOCUMENT_LIMIT, documentTooLarge } from '../../oci/parse-json.ts';
import type { ByteRange, RandomAccess } from '../../tar/random-access.ts';
import { sliceOf } from '../../tar/random-access.ts';
import { readTarAt } from '../../tar/tar-index.ts';
import { BlobReader } from '../blob-reader.ts';
import { blobMissing } from '../layer-errors.ts';
import { type ArchiveEntry, cleanName, followLinks, linkTarget } from './archive-names.ts';
import type { ImageFiles } from './image-files.ts';

interface IndexedEntry extends ArchiveEntry {
  readonly data: ByteRange;
}

/** An image archive has a few files for each layer; more than this is none. */
export const MAX_ARCHIVE_ENTRIES = 100_000;

/**
 * Files of an uncompressed tar archive, read by position. Owns `source`.
 * @throws DeadweightError `input-corrupt`, `input-truncated`.
 */
export function archiveFiles(name: string, source: RandomAccess): ImageFiles {
  const entries = indexOf(name, source);
  const find = (path: string) => followLinks(entries, path)?.entry ?? null;
  return {
    name,
    has: path => find(path) !== null,
    read: path => {
      const entry = find(path);
      if (!entry) return null;
      const { length, start } = entry.data;
      if (length > DOCUMENT_LIMIT) throw documentTooLarge(`${path} of ${name}`, length);
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

/** The error for a tar that cannot be the archive of an image. */
export function tooManyEntries(name: string): DeadweightError {
  return new DeadweightError('not-an-image', {
    message: `${name} has more than ${MAX_ARCHIVE_ENTRIES} entries: it is a filesystem, not an archive of an image.`,
    remedy:
      'Give an archive that docker save, skopeo or buildx wrote; docker export writes a filesystem only.',
  });
}
