import fc from 'fast-check';
import { expect, it } from 'vitest';
import { layerDescriptions } from '../support/fabricate/random-image.ts';
import { times } from '../support/long.ts';
import { describeTree, flatten } from '../support/squash/flattened.ts';
import { merge, mergedOrRefused, scanTar } from '../support/squash/merged.ts';

it('a merged layer shows what its layers showed, on the same and below the same', async () => {
  const images = fc.array(layerDescriptions, { minLength: 1, maxLength: 5 });
  const chunks = fc.integer({ min: 100, max: 5000 });
  let merges = 0;
  await fc.assert(
    fc.asyncProperty(images, fc.nat(), fc.nat(), chunks, async (image, one, other, size) => {
      const [first = 0, last = 0] = [one % image.length, other % image.length].sort((a, b) => a - b);
      const merged = await mergedOrRefused(image, { first, last }, size);
      if (merged === null) return;
      merges += 1;
      const { before, after, tar, plan } = merged;
      expect(describeTree(await flatten(after))).toEqual(describeTree(await flatten(before)));
      const scan = await scanTar(tar);
      expect(scan.size).toBe(plan.size);
      const paths = [...scan.entries].map(({ path }) => path);
      expect(new Set(paths).size).toBe(paths.length);
      // In whatever pieces the layers come, the bytes are the same.
      expect((await merge(image, { first, last })).tar.equals(tar)).toBe(true);
    }),
    { numRuns: times(300) },
  );
  expect(merges).toBeGreaterThan(200);
});
