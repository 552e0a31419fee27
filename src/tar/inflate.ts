import type { Gunzip, ZstdDecompress } from 'node:zlib';
import { DeadweightError } from '../base/errors.ts';

/**
 * Drives an engine of node:zlib. Its streams stop silently at the first zero byte after the data, so that what is left
 * over must be looked at here: only zeros may follow.
 * @param describe makes our error of the engine's
 */
export async function* inflate(
  chunks: AsyncIterable<Uint8Array>,
  engine: Gunzip | ZstdDecompress,
  describe: (cause: unknown) => DeadweightError,
): AsyncIterable<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  let failure: unknown;
  const feeding = feed(source, engine).catch((error: unknown) => {
    failure ??= error;
    engine.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const chunk of engine) yield chunk;
    await feeding;
    if (failure !== undefined) throw failure;
  } catch (error) {
    const cause = failure ?? error;
    throw isForeign(cause) ? cause : describe(cause);
  } finally {
    engine.destroy();
    await source.return?.();
  }
}

/** Whether the error is not the engine's own. */
function isForeign(error: unknown): boolean {
  if (error instanceof DeadweightError) return true;
  if (!(error instanceof Error) || !('code' in error)) return true;
  return !/^(?:Z_|ZSTD_|ERR_)/.test(String(error.code));
}

async function feed(source: AsyncIterator<Uint8Array>, engine: Gunzip | ZstdDecompress): Promise<void> {
  let fed = 0;
  let isOver = false;
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    const chunk = next.value;
    if (chunk.length === 0) continue;
    if (isOver) {
      requireZeros(chunk);
      continue;
    }
    await write(engine, chunk);
    fed += chunk.length;
    const left = fed - engine.bytesWritten;
    if (left > 0) {
      requireZeros(chunk.subarray(chunk.length - left));
      isOver = true;
    }
  }
  if (!isOver) engine.end();
}

function write(engine: Gunzip | ZstdDecompress, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.write(chunk, error => (error ? reject(error) : resolve()));
  });
}

function requireZeros(bytes: Uint8Array): void {
  if (bytes.every(byte => byte === 0)) return;
  throw new DeadweightError('input-corrupt', {
    message: 'The compressed data is followed by something else.',
    remedy: 'Save or download the image again.',
  });
}
