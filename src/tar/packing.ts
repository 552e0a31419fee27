import { Buffer } from 'node:buffer';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, createZstdCompress, type Gzip, type ZstdCompress } from 'node:zlib';
import type { Packing } from '../base/packing.ts';

/** Bytes that are packed at a time: each piece is a turn of another thread. */
const PIECE = 256 * 1024;

/**
 * Packs bytes: the same ones for the same input.
 * @throws what `chunks` throws
 */
export function pack(chunks: AsyncIterable<Uint8Array>, { type, level }: Packing): AsyncIterable<Uint8Array> {
  switch (type) {
    case 'none':
      return chunks;
    case 'gzip':
      return packWith(createGzip({ chunkSize: PIECE, ...(level !== null && { level }) }), chunks);
    case 'zstd': {
      const params = level === null ? {} : { [constants.ZSTD_c_compressionLevel]: level };
      return packWith(createZstdCompress({ chunkSize: PIECE, params }), chunks);
    }
  }
}

async function* packWith(
  engine: Gzip | ZstdCompress,
  chunks: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  // What is thrown comes out of the engine as well; whoever stops early wants to hear of nothing.
  const feeding = pipeline(joinChunks(chunks, PIECE), engine).catch(() => undefined);
  try {
    for await (const chunk of engine) yield chunk;
  } finally {
    engine.destroy();
    await feeding;
  }
}

/** The same bytes in pieces that are not small. @param least bytes of each but the last */
async function* joinChunks(chunks: AsyncIterable<Uint8Array>, least: number): AsyncIterable<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < least) continue;
    yield joined(waiting);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield joined(waiting);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
}
