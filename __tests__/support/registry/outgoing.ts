import { createHash } from 'node:crypto';
import { type Digest, isDigest } from '../../../src/base/digest.ts';
import type { BlobIdentity, OutgoingBlob, WrittenImage } from '../../../src/image/targets/image-target.ts';
import type { DockerName } from '../../../src/oci/docker-name.ts';
import type { FabricatedBlob, FabricatedImage } from '../fabricate/image.ts';

interface Outgoing {
  readonly name?: string;
  /** Whether its digest is known before its bytes have passed. */
  readonly isKnown?: boolean;
  readonly from?: DockerName;
}

/** A blob to be written, in chunks of 64 KB, and how often it was opened. */
export function outgoing(
  bytes: Buffer,
  { name = 'layer 1', isKnown = false, from }: Outgoing = {},
): OutgoingBlob & { readonly opened: () => number } {
  let opened = 0;
  const open = () => {
    opened += 1;
    return streamOf(pieces(bytes));
  };
  return { name, known: isKnown ? identityOf(bytes) : null, from: from ?? null, open, opened: () => opened };
}

/** A blob of whatever comes. */
export function streamOf(source: AsyncIterable<Uint8Array>): ReturnType<OutgoingBlob['open']> {
  const hash = createHash('sha256');
  let size = 0;
  let done = (_identity: BlobIdentity): void => undefined;
  const identity = new Promise<BlobIdentity>(resolve => {
    done = resolve;
  });
  async function* chunks(): AsyncIterable<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
    done({ digest: digestOf(`sha256:${hash.digest('hex')}`), size });
  }
  return { chunks: chunks(), identity: () => identity };
}

async function* pieces(bytes: Buffer): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536);
}

export function identityOf(bytes: Buffer): BlobIdentity {
  const digest = digestOf(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  return { digest, size: bytes.length };
}

function digestOf(text: string): Digest {
  if (!isDigest(text)) throw new TypeError('it is a digest');
  return text;
}

/** What is committed of a fabricated image, whose blobs have been written. */
export function writtenImage({ platform, manifest, config, layers }: FabricatedImage): WrittenImage {
  const told = (blob: FabricatedBlob): BlobIdentity => ({ digest: blob.digest, size: blob.bytes.length });
  return {
    platform,
    manifest: { ...told(manifest), mediaType: manifest.mediaType, bytes: manifest.bytes },
    config: told(config),
    layers: layers.map(layer => ({ ...told(layer), diffId: layer.diffId })),
  };
}
