import { DeadweightError } from '../../base/errors.ts';
import type { BlobStream, OutgoingBlob } from './image-target.ts';

/**
 * Opens a blob that is to be written. Of one whose digest is known whoever reads it checks the digest; that as many bytes pass
 * as were announced is checked here, as headers and manifests tell of them.
 * @throws DeadweightError `digest-mismatch`, when its bytes have passed or as soon as there are too many
 */
export function openCounted(blob: OutgoingBlob): BlobStream {
  const stream = blob.open();
  const { known } = blob;
  if (known === null) return stream;
  return { chunks: countTo(known.size, stream.chunks, blob.name), identity: () => stream.identity() };
}

async function* countTo(
  size: number,
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncIterable<Uint8Array> {
  let passed = 0;
  for await (const chunk of chunks) {
    passed += chunk.length;
    if (passed > size) break;
    yield chunk;
  }
  if (passed !== size) throw otherBytes(name, passed, size);
}

function otherBytes(name: string, passed: number, size: number): DeadweightError {
  return new DeadweightError('digest-mismatch', {
    message: `There are ${passed > size ? `more than ${size}` : `only ${passed} of ${size}`} bytes of ${name}.`,
    remedy: 'Save or pull the image again: its bytes are not what its manifest says.',
  });
}
