import { describe } from 'vitest';
import { conforms } from '../support/conformance/conformance.ts';
import type { Medium } from '../support/conformance/medium.ts';
import { SAMPLE_LABELS, SAMPLE_STEPS } from '../support/conformance/sample-image.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { pushImage } from '../support/registry/push-image.ts';

const registry = process.env['DEADWEIGHT_REGISTRY'];
const REPOSITORY = 'deadweight-e2e-registry';

describe.skipIf(!registry)('a real registry', () => {
  const medium: Medium = {
    name: 'at DEADWEIGHT_REGISTRY',
    isPositional: false,
    hasBlobs: true,
    fetchesLayers: true,
    prepare: async images => {
      const repository = `http://${registry}/v2/${REPOSITORY}`;
      for (const { config, layers, manifest } of images) {
        await pushImage(repository, '1', [config, ...layers], manifest);
      }
      return { reference: `docker://${registry}/${REPOSITORY}:1` };
    },
  };
  for (const compression of ['gzip', 'zstd'] as const) {
    const image = () =>
      fabricateImage({ steps: SAMPLE_STEPS, labels: SAMPLE_LABELS, tags: [`${REPOSITORY}:1`], compression });
    describe(`${compression} layers`, () => conforms(medium, async () => [await image()]));
  }
});
