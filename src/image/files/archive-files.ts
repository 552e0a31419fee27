import { silentProgress } from '../../base/effects.ts';
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
import { CountedAccess } from '../counted-bytes.ts';
import type { ArchiveOptions } from '../image.ts';
import { blobMissing } from '../layer-bytes.ts';
import type { ImageFiles } from '../layer-reader.ts';
import type { TarStream } from '../tar-stream-reader.ts';
import { ArchiveIndex } from './archive-index.ts';
import { spool } from './spool.ts';
import { openStreamedFiles } from './streamed-files.ts';

/** What messages call an archive on standard input. */
export const STANDARD_INPUT = 'standard input';

/**
 * Opens an archive of an image: by position when it is a tar, streamed when it is compressed as a whole.
 * @param name what the user called it, for messages
 * @throws DeadweightError `input-missing`, `permission-denied`, `not-an-image`, `input-corrupt`, `input-truncated`.
 */
export async function openArchiveFiles(
  path: string,
  name = path,
  { progress = silentProgress, spoolFolder }: ArchiveOptions = {},
): Promise<ImageFiles> {
  const source = openRandomAccess(path);
  try {
    const head = new Uint8Array(4096);
    const length = source.read(head, 0);
    const compression = detectCompression(head);
    if (compression !== 'none') {
      const open: TarStream['open'] = (expansion, count) => {
        const read = count === undefined ? source : new CountedAccess(source, count);
        const stored = streamRange(read, { start: 0, length: source.size });
        return decompress(stored, compression, expansion, 'archive');
      };
      const work = { total: source.size };
      if (spoolFolder !== undefined) {
        const unpacking = { label: `Unpacking ${name}` };
        const path = await spool(open(), spoolFolder, unpacking, progress);
        source.close();
        return indexArchive(name, openRandomAccess(path));
      }
      return await openStreamedFiles(name, open, work, () => source.close(), progress);
    }
    if (!looksLikeTar(head.subarray(0, length))) throw noArchive(name, head.subarray(0, length));
    return indexArchive(name, source);
  } catch (error) {
    source.close();
    throw nameArchive(error, name);
  }
}

/** The error with the archive that it is about named in front of its message. */
function nameArchive(error: unknown, name: string): unknown {
  if (!(error instanceof DeadweightError) || error.message.includes(name)) return error;
  const { code, message, remedy } = error;
  return new DeadweightError(code, { message: `${name}: ${message}`, remedy, cause: error });
}

/** @param head its first bytes */
function noArchive(name: string, head: Uint8Array): DeadweightError {
  const text = new TextDecoder('latin1').decode(head);
  if (/^\s*[{[]/.test(text)) return noArchiveButJson(name, text);
  if (/^(?:\s|#.*\n)*(?:FROM|ARG)\s/i.test(text)) return noArchiveButDockerfile(name);
  return new DeadweightError('not-an-image', {
    message: `${name} is neither a tar nor compressed with gzip, zstd, xz or bzip2.`,
    remedy: 'Give an archive that docker save, skopeo copy or buildx --output wrote.',
  });
}

/** Somebody gives what we wrote: a snapshot, or a report. */
function noArchiveButJson(name: string, text: string): DeadweightError {
  const isSnapshot = text.includes('"deadweightSnapshot"');
  const isReport = !isSnapshot && /"name":\s*"deadweight"/.test(text);
  const what = isSnapshot ? 'a snapshot of Deadweight' : isReport ? 'a report of Deadweight' : 'JSON';
  return new DeadweightError('not-an-image', {
    message: `${name} is ${what}, not an image.`,
    remedy: isSnapshot
      ? `Run deadweight diff ${name} IMAGE to compare an image with it.`
      : 'Name the image itself; deadweight diff also compares snapshots, which --snapshot writes.',
  });
}

function noArchiveButDockerfile(name: string): DeadweightError {
  return new DeadweightError('not-an-image', {
    message: `${name} is a Dockerfile, not an image.`,
    remedy:
      name === STANDARD_INPUT
        ? 'Give a folder with it to deadweight build.'
        : `Run deadweight build -f ${name} to build and weigh it.`,
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
