import { Buffer } from 'node:buffer';
import { BLOCK, paddedSize } from '../../../src/tar/header.ts';
import { encodeHeader, type TarEntry } from './header-encoder.ts';

/** An entry with its content: exactly `size` bytes, which is told by the content where that is in memory. */
export interface TarItem extends TarEntry {
  readonly content?: Uint8Array | AsyncIterable<Uint8Array>;
}

/** The two blocks of zeros that end a tar. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK);

/**
 * Writes a tar: ustar, with PAX records where ustar cannot say it. Equal entries always give equal bytes.
 * @throws TypeError when a content has not the size that its entry states
 */
export async function* writeTar(
  items: Iterable<TarItem> | AsyncIterable<TarItem>,
): AsyncIterable<Uint8Array> {
  for await (const item of items) {
    const { content } = item;
    if (content === undefined || content instanceof Uint8Array) {
      yield encodeItem(item, content);
      continue;
    }
    const size = item.size ?? 0;
    yield encodeHeader(item);
    let written = 0;
    for await (const chunk of content) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== size) throw new TypeError(`${item.path} has ${written} bytes instead of ${size}`);
    if (paddedSize(size) > size) yield new Uint8Array(paddedSize(size) - size);
  }
  yield TAR_END;
}

function encodeItem(item: TarItem, content: Uint8Array | undefined): Uint8Array {
  const size = content?.length ?? 0;
  if (item.size !== undefined && item.kind === 'file' && item.size !== size) {
    throw new TypeError(`${item.path} has ${size} bytes instead of ${item.size}`);
  }
  const header = encodeHeader({ ...item, size });
  if (content === undefined || size === 0) return header;
  return Buffer.concat([header, content], header.length + paddedSize(size));
}
