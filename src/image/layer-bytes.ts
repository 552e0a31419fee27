import { createHash, type Hash } from 'node:crypto';
import { type Digest, digestAlgorithm } from '../base/digest.ts';
import { DeadweightError } from '../base/errors.ts';
import { type Compression, decompress, detectCompression, looksLikeTar } from '../tar/compression.ts';
import type { Expansion } from '../tar/expansion.ts';
import { consumeStream, type ReadTask, type StoredLayer } from './layer-reader.ts';

/** Bytes that tell what a blob is: a tar's first header block. */
export const HEAD_LENGTH = 512;

/**
 * How a layer's stored bytes are packed, told by the bytes: names and media types lie.
 * @throws DeadweightError `input-corrupt` when it is neither a tar nor a compressed file that layers may be.
 */
export function detectLayerCompression(head: Uint8Array, layer: StoredLayer): Compression {
  const compression = head.length >= 4 ? detectCompression(head) : 'none';
  if (compression !== 'none' || looksLikeTar(head) || head.length === 0) return compression;
  throw new DeadweightError('input-corrupt', {
    message: `${layer.place} is neither a tar nor compressed with gzip, zstd, xz or bzip2.`,
    remedy: 'Write the image again with gzip or zstd layers; encrypted layers have to be decrypted first.',
  });
}

/** Counts and hashes stored bytes as they pass, and compares them with what the manifest says. */
export class StoredBytesCheck {
  readonly #layer: StoredLayer;
  readonly #hash: Hash | null;
  #count = 0;

  /** @param digest null when the bytes are checked otherwise, such as by a diffID that is the same */
  constructor(layer: StoredLayer, digest: Digest | null) {
    this.#layer = layer;
    this.#hash = digest === null ? null : createHash(digestAlgorithm(digest));
  }

  add(chunk: Uint8Array): void {
    this.#count += chunk.length;
    const { size } = this.#layer;
    if (size !== null && this.#count > size) throw sizeMismatch(this.#layer, this.#count);
    this.#hash?.update(chunk);
  }

  /** @throws DeadweightError `digest-mismatch`, `input-truncated`. */
  finish(): void {
    const { digest, size } = this.#layer;
    if (size !== null && this.#count !== size) throw sizeMismatch(this.#layer, this.#count);
    if (!this.#hash || digest === null) return;
    const actual = `${digestAlgorithm(digest)}:${this.#hash.digest('hex')}`;
    if (actual !== digest) throw digestMismatch(this.#layer, actual);
  }
}

/**
 * The uncompressed tar of a layer from its stored bytes, which are checked when they have passed whole.
 * @param expansion counts what is unpacked; of this layer alone when absent
 */
export async function* uncompressLayer(
  stored: AsyncIterable<Uint8Array>,
  layer: StoredLayer,
  expansion?: Expansion,
): AsyncIterable<Uint8Array> {
  const chunks = checkStored(stored, layer)[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < HEAD_LENGTH && !ended) {
    const next = await chunks.next();
    ended = next.done === true;
    if (next.done) break;
    read.push(next.value);
    length += next.value.length;
  }
  const head = Buffer.concat(read);
  const all = prepend(head, chunks);
  const compression = detectLayerCompression(head.subarray(0, HEAD_LENGTH), layer);
  yield* compression === 'none' ? all : decompress(all, compression, expansion);
}

/**
 * The stored bytes of a layer, checked against what the manifest says when they have passed whole.
 * @throws DeadweightError `digest-mismatch`, `input-truncated`, at the end
 */
export async function* checkStored(
  stored: AsyncIterable<Uint8Array>,
  layer: StoredLayer,
): AsyncIterable<Uint8Array> {
  const check = new StoredBytesCheck(layer, layer.digest);
  for await (const chunk of stored) {
    check.add(chunk);
    yield chunk;
  }
  check.finish();
}

async function* prepend(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** The error with the layer that it is about named in front of its message. */
export function nameLayer(error: unknown, layer: StoredLayer): unknown {
  if (!(error instanceof DeadweightError) || error.message.startsWith(layer.place)) return error;
  return new DeadweightError(error.code, {
    message: `${layer.place}: ${error.message}`,
    remedy: error.remedy,
    excerpt: error.excerpt,
    cause: error,
  });
}

/**
 * Hands layers that stream to their consumers, one after the other.
 * @param open the uncompressed tar of a layer
 */
export async function readStreams(
  tasks: readonly ReadTask[],
  open: (layer: StoredLayer) => AsyncIterable<Uint8Array>,
): Promise<void> {
  for (const { layer, consumer } of tasks) {
    try {
      await consumeStream(open(layer), consumer);
    } catch (error) {
      throw nameLayer(error, layer);
    }
  }
}

/** The manifest names a layer that the medium does not hold. */
export function blobMissing(layer: StoredLayer): DeadweightError {
  return new DeadweightError('blob-missing', {
    message: `${layer.place} is named by the manifest, but it is not there${layer.foreign ? ': it is a foreign layer, which tools omit' : ''}.`,
    remedy: layer.foreign
      ? 'Read the image from a registry that holds its foreign layers, or save it with a tool that includes them.'
      : 'Save the image again, whole; an interrupted copy or a lazily pulled image lacks blobs.',
  });
}

export function digestMismatch(layer: StoredLayer, actual: string): DeadweightError {
  return new DeadweightError('digest-mismatch', {
    message: `${layer.place} does not have the content that the manifest names: its digest is ${actual}.`,
    remedy: 'Save, copy or pull the image again: its bytes were changed after the manifest was written.',
  });
}

/** Another number of bytes than the manifest says. */
export function sizeMismatch(layer: StoredLayer, actual: number): DeadweightError {
  const short = layer.size !== null && actual < layer.size;
  return new DeadweightError(short ? 'input-truncated' : 'digest-mismatch', {
    message: `${layer.place} has ${actual} bytes, and the manifest says ${layer.size}.`,
    remedy: short
      ? 'Save or copy the image again: the copy was interrupted.'
      : 'Save, copy or pull the image again: its bytes were changed after the manifest was written.',
  });
}
