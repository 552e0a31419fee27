import { describe } from 'vitest';
import { conforms } from '../support/conformance/conformance.ts';
import { MEDIA } from '../support/conformance/media.ts';
import { SAMPLE_LABELS, SAMPLE_STEPS } from '../support/conformance/sample-image.ts';
import { type FabricatedImage, fabricateImage, type ImageDescription } from '../support/fabricate/image.ts';

const made = new Map<string, Promise<readonly FabricatedImage[]>>();

/** Two images, so that a medium which takes several must choose. */
function images(key: string, description: Omit<ImageDescription, 'steps'>) {
  const make = () =>
    Promise.all([
      fabricateImage({ steps: SAMPLE_STEPS, labels: SAMPLE_LABELS, tags: ['app:1'], ...description }),
      fabricateImage({
        steps: SAMPLE_STEPS.slice(0, 1),
        labels: SAMPLE_LABELS,
        tags: ['other:2'],
        ...description,
      }),
    ]);
  return () => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    return known;
  };
}

describe('with OCI gzip layers', () => {
  for (const medium of MEDIA) conforms(medium, images('gzip', {}));
});

describe('with Docker media types', () => {
  for (const medium of MEDIA.filter(each => each.hasBlobs))
    conforms(medium, images('docker', { docker: true }));
});

describe.each(['none', 'zstd', 'estargz', 'zstd-chunked'] as const)('with %s layers', compression => {
  const kept = MEDIA.filter(
    medium => medium.hasBlobs && (compression !== 'none' || !medium.name.includes('docker-archive')),
  );
  for (const medium of kept) conforms(medium, images(compression, { compression }));
});
