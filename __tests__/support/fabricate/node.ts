import { Buffer } from 'node:buffer';
import type { TarEntry } from '../tar/header-encoder.ts';

/** Owner, times and the like of an entry. */
export type Attributes = Pick<TarEntry, 'mode' | 'uid' | 'gid' | 'mtime' | 'records'>;

/** What a path of a layer is. */
export type Node =
  | ({ readonly kind: 'file'; readonly content: Buffer } & Attributes)
  | ({ readonly kind: 'directory' | 'fifo' | 'character' | 'block' } & Attributes)
  | ({ readonly kind: 'symlink' | 'hardlink'; readonly linkname: string } & Attributes)
  /** Deletes the path. */
  | { readonly kind: 'whiteout' }
  /** Hides what lower layers have in the directory at the path. */
  | { readonly kind: 'opaque' }
  /** Blocks as they are, header and content: what our writer does not write. */
  | { readonly kind: 'raw'; readonly blocks: Buffer };

/** A regular file of so many bytes (made of its size and seed), or of this text or these bytes. */
export function file(
  content: number | string | Uint8Array,
  attributes: Attributes & { seed?: number } = {},
): Node {
  const { seed = 0, ...rest } = attributes;
  const bytes = typeof content === 'number' ? bytesOf(content, seed) : Buffer.from(content);
  return { kind: 'file', content: bytes, ...rest };
}

export function dir(attributes: Attributes = {}): Node {
  return { kind: 'directory', ...attributes };
}

/** @param linkname as a symlink has it: any text */
export function symlink(linkname: string, attributes: Attributes = {}): Node {
  return { kind: 'symlink', linkname, ...attributes };
}

/** @param linkname a path of the same layer */
export function hardlink(linkname: string, attributes: Attributes = {}): Node {
  return { kind: 'hardlink', linkname, ...attributes };
}

export function device(kind: 'character' | 'block' | 'fifo', attributes: Attributes = {}): Node {
  return { kind, ...attributes };
}

export function whiteout(): Node {
  return { kind: 'whiteout' };
}

export function opaque(): Node {
  return { kind: 'opaque' };
}

export function raw(...blocks: readonly Uint8Array[]): Node {
  return { kind: 'raw', blocks: Buffer.concat(blocks) };
}

/** Bytes that do not compress well, always the same for a size and seed. */
export function bytesOf(size: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let state = (size * 2654435761 + seed * 40503 + 1) >>> 0;
  for (let index = 0; index < size; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
