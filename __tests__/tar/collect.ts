import { Buffer } from 'node:buffer';
import type { TarHeader } from '../../src/tar/header.ts';
import type { RandomAccess } from '../../src/tar/random-access.ts';
import { SparseSink } from '../../src/tar/sparse-sink.ts';
import { readTarAt } from '../../src/tar/tar-index.ts';
import { type ContentSink, readTarStream } from '../../src/tar/tar-parser.ts';

/** An entry with its content. */
export interface Collected {
  readonly header: TarHeader;
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
    entry(header) {
      const kept = keeper();
      entries.push({
        header,
        get content() {
          return kept.content();
        },
      });
      return isRead(header) ? kept.sink : undefined;
    },
  });
  return entries.map(({ header, content }) => ({ header, content }));
}

export async function readPositioned(bytes: Buffer): Promise<Collected[]> {
  const source = inMemory(bytes);
  const found: { header: TarHeader; stored: Buffer }[] = [];
  readTarAt(source, (header, data) => {
    found.push({ header, stored: bytes.subarray(data.start, data.start + data.length) });
  });
  const entries: Collected[] = [];
  for (const { header, stored } of found) {
    const kept = keeper();
    if (isRead(header)) {
      const sink = header.sparse === undefined ? kept.sink : new SparseSink(kept.sink, header);
      if (stored.length > 0) await sink.write(stored);
      await sink.end();
    }
    entries.push({ header, content: kept.content() });
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
