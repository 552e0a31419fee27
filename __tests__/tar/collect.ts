import { Buffer } from 'node:buffer';
import type { ContentSink } from '../../src/tar/content-sink.ts';
import { SparseSink } from '../../src/tar/content-sink.ts';
import { paddedSize, type TarHeader } from '../../src/tar/header.ts';
import type { ByteRange, RandomAccess } from '../../src/tar/random-access.ts';
import { readTarAt } from '../../src/tar/tar-index.ts';
import { readTarStream } from '../../src/tar/tar-parser.ts';

/** An entry with its content. */
export interface Collected {
  readonly header: TarHeader;
  /** From its first header to the end of its padding. */
  readonly extent: ByteRange;
  readonly content: Buffer;
}

export function inMemory(bytes: Buffer): RandomAccess {
  return {
    size: bytes.length,
    read: (target, position) =>
      bytes.copy(target, 0, position, Math.min(position + target.length, bytes.length)),
    close: () => undefined,
  };
}

/** Cuts bytes at the given lengths, again and again. */
export async function* chunked(bytes: Buffer, lengths: readonly number[]): AsyncIterable<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const length = Math.max(lengths[turn % Math.max(lengths.length, 1)] ?? bytes.length, 1);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** Damage may make holes of gigabytes out of a few bytes: such files are not read. */
const MOST_HOLES = 1_000_000;

function isRead(header: TarHeader): boolean {
  return header.size - header.storedSize <= MOST_HOLES;
}

export async function readStreamed(bytes: Buffer, lengths: readonly number[] = []): Promise<Collected[]> {
  const entries: Collected[] = [];
  await readTarStream(chunked(bytes, lengths), {
    entry(header, extent) {
      const kept = keeper();
      entries.push({
        header,
        extent,
        get content() {
          return kept.content();
        },
      });
      return isRead(header) ? kept.sink : undefined;
    },
  });
  return entries.map(({ header, extent, content }) => ({ header, extent, content }));
}

export async function readPositioned(bytes: Buffer): Promise<Collected[]> {
  const source = inMemory(bytes);
  const found: { header: TarHeader; extent: ByteRange; stored: Buffer }[] = [];
  readTarAt(source, (header, data, start, lend) => {
    const extent = { start, length: data.start + paddedSize(data.length) - start };
    found.push({ header, extent, stored: Buffer.from(lend(data.start, data.length)) });
  });
  const entries: Collected[] = [];
  for (const { header, extent, stored } of found) {
    const kept = keeper();
    if (isRead(header)) {
      const sink = header.sparse === undefined ? kept.sink : new SparseSink(kept.sink, header);
      if (stored.length > 0) await sink.write(stored);
      await sink.end();
    }
    entries.push({ header, extent, content: kept.content() });
  }
  return entries;
}

function keeper(): { readonly sink: ContentSink; content(): Buffer } {
  const chunks: Buffer[] = [];
  return {
    sink: {
      write(chunk) {
        chunks.push(Buffer.from(chunk));
      },
      end: () => undefined,
    },
    content: () => Buffer.concat(chunks),
  };
}
