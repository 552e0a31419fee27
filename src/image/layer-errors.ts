import { DeadweightError } from '../base/errors.ts';
import type { StoredLayer } from './layer-reader.ts';

/** The same error, saying which layer it is about. */
export function inLayer(error: unknown, layer: StoredLayer): unknown {
  if (!(error instanceof DeadweightError) || error.message.startsWith(layer.place)) return error;
  return new DeadweightError(error.code, {
    message: `${layer.place}: ${error.message}`,
    remedy: error.remedy,
    excerpt: error.excerpt,
    cause: error,
  });
}

/** The manifest names a layer that the medium does not hold. */
export function blobMissing(layer: StoredLayer): DeadweightError {
  return new DeadweightError('blob-missing', {
    message: `${layer.place} is named by the manifest, but it is not there${layer.foreign ? ': it is a foreign layer, which tools leave out' : ''}.`,
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
