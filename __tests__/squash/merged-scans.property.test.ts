import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StackedScans } from '../../src/analysis/stacked-scans.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { mergedScans, remainingScans } from '../../src/squash/merged-scans.ts';
import { diffIdOf } from '../support/fabricate/layer.ts';
import { layerDescriptions } from '../support/fabricate/random-image.ts';
import { times } from '../support/long.ts';
import { mergedOrRefused, scanTar } from '../support/squash/merged.ts';

/** All that a scan tells, but for the order of its entries. */
function factsOf({
  entries,
  whiteouts,
  opaques,
  markers: _markers,
  verified: _verified,
  ...facts
}: LayerScan) {
  const listed = Array.from(
    entries,
    ({ path, kind, size, mode, uid, gid, mtime, linkname, content, declaredSize }) =>
      JSON.stringify({ path, kind, size, mode, uid, gid, mtime, linkname, content, declaredSize }),
  );
  return { ...facts, entries: listed.sort(), whiteouts: [...whiteouts].sort(), opaques: [...opaques].sort() };
}

function visible(scans: readonly LayerScan[]) {
  return Array.from(new StackedScans(scans).visibleFiles, ({ path, bytes, otherNames }) => [
    path,
    bytes,
    otherNames,
  ]);
}

it('what is left of each layer is told as the merged layer tells it', async () => {
  const images = fc.array(layerDescriptions, { minLength: 2, maxLength: 5 });
  let merges = 0;
  await fc.assert(
    fc.asyncProperty(images, fc.nat(), fc.nat(), async (image, one, other) => {
      const [first = 0, last = 0] = [one % image.length, other % image.length].sort((a, b) => a - b);
      const found = await mergedOrRefused(image, { first, last });
      if (found === null) return;
      merges += 1;
      const { before, after, tar, plan } = found;
      const scans = await Promise.all(before.map(scanTar));
      const range = { first, last, merge: plan, diffId: diffIdOf(tar) };
      const remaining = remainingScans(scans, [range]);
      const merged = mergedScans(remaining, [range]);
      const written = await Promise.all(after.map(scanTar));
      expect(merged.map(factsOf)).toEqual(written.map(factsOf));
      // Its bytes are there once, each in the layer whose instruction put it there.
      expect(visible(remaining)).toEqual(visible(scans));
      const { weights } = new StackedScans(remaining);
      const own = weights.slice(first, last + 1);
      expect(own.reduce((sum, { size }) => sum + size, 0)).toBe(plan.size);
      const stacked = new StackedScans(merged);
      expect(own.reduce((sum, { visible: shown }) => sum + shown, 0)).toBe(stacked.weights[first]?.visible);
      expect(stacked.dive).toEqual(new StackedScans(written).dive);
    }),
    { numRuns: times(300) },
  );
  expect(merges).toBeGreaterThan(200);
});
