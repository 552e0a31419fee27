import { describe } from 'vitest';
import type { Platform } from '../../../src/base/platform.ts';
import { SAMPLE_LABELS, SAMPLE_STEPS } from '../../support/conformance/sample-image.ts';
import { targetConforms } from '../../support/conformance/target-conformance.ts';
import { TARGET_MEDIA } from '../../support/conformance/target-media.ts';
import {
  type FabricatedImage,
  fabricateImage,
  type ImageDescription,
} from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';

const ARM: Platform = { os: 'linux', architecture: 'arm64' };

function images(description: Omit<ImageDescription, 'steps'>) {
  let made: Promise<readonly [FabricatedImage, FabricatedImage, FabricatedImage]> | null = null;
  const make = (steps: ImageDescription['steps'], platform?: Platform) =>
    fabricateImage({ steps, labels: SAMPLE_LABELS, ...(platform && { platform }), ...description });
  const others = [
    ...SAMPLE_STEPS.slice(0, 3),
    { createdBy: 'RUN', layer: { other: file(2_500_000, { seed: 4 }) } },
  ];
  return () => {
    made ??= Promise.all([make(SAMPLE_STEPS), make(others), make(others, ARM)]);
    return made;
  };
}

describe.each(['gzip', 'none', 'zstd'] as const)('with %s layers', compression => {
  for (const medium of TARGET_MEDIA) {
    // One with uncompressed layers is read as what a graph driver saves, whose manifest nobody else has.
    const hasBlobs = medium.hasBlobs && !(compression === 'none' && medium.name === 'docker-archive');
    targetConforms({ ...medium, hasBlobs }, images({ compression }));
  }
});

describe('with Docker media types', () => {
  for (const medium of TARGET_MEDIA) targetConforms(medium, images({ docker: true }));
});
