import { DeadweightError } from '../../base/errors.ts';
import { decompress, detectCompression } from '../../tar/compression.ts';
import type { ContentSink } from '../../tar/content-sink.ts';
import { readTarStream } from '../../tar/tar-parser.ts';

/** What the archive may unpack to, above the text that is wanted: headers and padding. Bytes. */
const MAX_OVERHEAD = 1024 * 1024;

/** The text of the one file of an archive. @throws DeadweightError as `readOnlyFile` */
export async function readOnlyText(archive: Buffer, maxBytes: number): Promise<string> {
  const content = await readOnlyFile(archive, maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (cause) {
    throw unexpected('it is not UTF-8 text', cause);
  }
}

/**
 * The content of the one file of an archive that @actions/cache made: a tar, compressed with zstd or gzip.
 * The client itself unpacks with `tar -P`, wherever the archive says, and without limits; an entry that somebody else
 * wrote is read in memory instead.
 * @param maxBytes of the content
 * @throws DeadweightError `input-corrupt`, `input-truncated`, `limit-exceeded`
 */
export async function readOnlyFile(archive: Buffer, maxBytes: number): Promise<Buffer> {
  const tar = decompress(cutChunks(archive), detectCompression(archive.subarray(0, 4)));
  const chunks: Buffer[] = [];
  let entries = 0;
  await readTarStream(limitBytes(tar, maxBytes + MAX_OVERHEAD), {
    entry(header): ContentSink {
      entries += 1;
      if (header.kind !== 'file' || entries > 1) throw unexpected('it holds more than one regular file');
      if (header.size > maxBytes) throw tooLarge(maxBytes);
      return { write: chunk => void chunks.push(Buffer.from(chunk)), end: () => undefined };
    },
  });
  if (entries === 0) throw unexpected('it is empty');
  return Buffer.concat(chunks);
}

/** In pieces, so that a limit stops the work early. */
async function* cutChunks(archive: Buffer): AsyncIterable<Uint8Array> {
  const PIECE = 64 * 1024;
  for (let at = 0; at < archive.length; at += PIECE) yield archive.subarray(at, at + PIECE);
}

async function* limitBytes(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncIterable<Uint8Array> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

function tooLarge(maxBytes: number): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `A cache entry was not used: it unpacks to more than ${maxBytes} bytes.`,
    remedy: 'Delete the entry in the repository’s list of caches.',
  });
}

function unexpected(why: string, cause?: unknown): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `A cache entry was not used: ${why}.`,
    remedy: 'Delete the entry in the repository’s list of caches.',
    cause,
  });
}
