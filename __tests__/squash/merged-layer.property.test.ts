import fc from 'fast-check';
import { expect, it } from 'vitest';
import { layerDescriptions } from '../support/fabricate/random-image.ts';
import { times } from '../support/long.ts';
import { describeTree, flatten } from '../support/squash/flattened.ts';
import { merge, mergedOrRefused, scanTar } from '../support/squash/merged.ts';
import { entriesOfTar } from '../support/squash/tar-lines.ts';

/** Entries that an engine would write elsewhere: something above them is a link, or a file, of the layers below. */
async function writtenThrough(below: readonly Buffer[], tar: Buffer): Promise<readonly string[]> {
  const tree = await flatten(below);
  const made = new Set<string>();
  /** Of what lies below, that markers have hidden: what is in a directory ends in a slash. */
  const hidden: string[] = [];
  const found: string[] = [];
  for (const line of await entriesOfTar(tar)) {
    const path = (/^\S+ (.*?)(?: → .*)?$/.exec(line)?.[1] ?? '').replace(/\/$/, '');
    const parts = path.split('/');
    const isThrough = parts.some((_part, index) => {
      const above = parts.slice(0, index).join('/');
      const isHidden = hidden.some(each => `${above}/`.startsWith(`${each}`) && `${above}/` !== each);
      if (index === 0 || made.has(above) || isHidden) return false;
      return tree.has(above) && tree.get(above)?.kind !== 'directory';
    });
    if (isThrough) found.push(path);
    if (line.startsWith('directory ')) made.add(path);
    const marker = /^(.*\/)?\.wh\.(.*)$/.exec(path);
    if (marker) hidden.push(marker[2] === '.wh..opq' ? (marker[1] ?? '') : `${marker[1] ?? ''}${marker[2]}`);
  }
  return found;
}

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
      expect(await writtenThrough(before.slice(0, first), tar)).toEqual([]);
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
