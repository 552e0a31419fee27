import { describe, expect, it } from 'vitest';
import type { Image } from '../../src/image/image.ts';
import type { LayerAccess } from '../../src/image/layer-reader.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import type { FreedFile } from '../../src/savings/layer-files.ts';
import { planMeasuring } from '../../src/savings/measuring-plan.ts';
import { file, imageOf, scan } from '../support/scans/scan.ts';

const MB = 1_000_000;
/** Around a run that is alone, twice. */
const AROUND = 4 * 64 * 1024;

/** Layers of files a, b, c … that are far apart. */
const SCANS = [0, 1].map(layer =>
  scan(['a', 'b', 'c', 'd'].map((name, index) => file(`${layer}/${name}`, (index + 1) * MB))),
);

function image(
  access: LayerAccess,
  scans: readonly LayerScan[] = SCANS,
  mediaType: string | null = null,
): Image {
  const refuse = () => {
    throw new Error('nothing is read for a plan');
  };
  const known = imageOf(scans);
  const layers = known.layers.map(layer => ({
    ...layer,
    mediaType,
    open: refuse,
    isBlobStored: false,
    tarFile: () => null,
    openStored: refuse,
    access: () => access,
    place: () => null,
  }));
  return {
    ...known,
    user: '',
    layers,
    platforms: [known.platform],
    isAttested: false,
    rootDigest: null,
    documents: refuse,
    scan: refuse,
    read: refuse,
    close: refuse,
  };
}

function freed(path: string, bytes: number, layer = Number(path[0])): FreedFile {
  return { layer, path, bytes };
}

const PLENTY = { compress: Number.POSITIVE_INFINITY, read: Number.POSITIVE_INFINITY };

function planned(
  from: Image,
  savings: readonly (readonly FreedFile[])[],
  limit: Partial<typeof PLENTY> = {},
  scans = SCANS,
) {
  const { cuts, ...rest } = planMeasuring(from, scans, savings, { ...PLENTY, ...limit });
  return { ...rest, cuts, isMeasured: cuts.map(each => each !== null) };
}

describe('a plan', () => {
  it('counts the bytes to compress: what goes once, and what is around it twice', () => {
    const { compress } = planned(image('position'), [[freed('0/b', 2 * MB)]]);
    expect(compress).toBeGreaterThanOrEqual(2 * MB + AROUND);
    expect(compress).toBeLessThanOrEqual(2 * MB + AROUND + 2048);
  });

  it('counts the context of neighbours once, and what lies between them twice', () => {
    const neighbours = planned(image('position'), [[freed('0/b', 2 * MB), freed('0/c', 3 * MB)]]);
    expect(neighbours.compress - 5 * MB - AROUND).toBeLessThan(4096);
    const apart = planned(image('position'), [[freed('0/b', 2 * MB), freed('0/d', 4 * MB)]]);
    // Behind the last file the tar ends.
    expect(Math.abs(apart.compress - 6 * MB - 1.5 * AROUND)).toBeLessThan(4096);
  });

  it('leaves to totals what the others leave of the limit, and misses none of them', () => {
    const [b, c] = [freed('0/b', 2 * MB), freed('0/c', 3 * MB)];
    const singles = planned(image('position'), [[b], [c]]);
    const limit = { compress: singles.compress };
    const plan = planMeasuring(image('position'), SCANS, [[b], [c], [b, c]], { ...PLENTY, ...limit }, 1);
    expect(plan.cuts.map(each => each !== null)).toEqual([true, true, false]);
    expect(plan.leftOut.count).toBe(0);
    expect(planMeasuring(image('position'), SCANS, [[b], [c], [b, c]], PLENTY, 1).cuts).not.toContain(null);
  });

  it('takes zstd for five times as fast, with more around it', () => {
    const type = 'application/vnd.oci.image.layer.v1.tar+zstd';
    const { compress } = planned(image('position', SCANS, type), [[freed('0/b', 2 * MB)]]);
    // It begins with the first file, and ends four megabytes behind the second.
    const length = 3 * MB + 4 * 1024 ** 2;
    expect(Math.abs(compress - (2 * length - 2 * MB) * 0.2)).toBeLessThan(4096);
  });

  it('cuts alike what several savings cut alike, at the cost of one', () => {
    const once = planned(image('position'), [[freed('0/b', 2 * MB)]]);
    const both = planned(image('position'), [
      [freed('0/b', 2 * MB)],
      [freed('0/b', 2 * MB), freed('1/a', MB)],
      [freed('0/b', 2 * MB)],
    ]);
    expect(both.cuts[0]?.[0]).toBe(both.cuts[1]?.[0]);
    expect(both.cuts[0]?.[0]).toBe(both.cuts[2]?.[0]);
    expect(both.compress - once.compress).toBeLessThan(MB + AROUND + 4096);
  });

  it('takes the largest first, leaves out what does not fit, and goes on with what does', () => {
    const savings = [
      [freed('0/a', MB)],
      [freed('0/d', 4 * MB)],
      [freed('1/d', 4 * MB), freed('1/c', 3 * MB)],
    ];
    const { isMeasured, leftOut, compress } = planned(image('position'), savings, { compress: 6 * MB });
    expect(isMeasured).toEqual([true, true, false]);
    expect(leftOut).toEqual({ count: 1, bytes: 7 * MB });
    expect(compress).toBeLessThanOrEqual(6 * MB);
    expect(planned(image('position'), savings, { compress: 0 }).leftOut).toEqual({
      count: 3,
      bytes: 12 * MB,
    });
  });

  it('does not count as left out what cannot be measured', () => {
    const { isMeasured, leftOut } = planned(image('position'), [[], [freed('0/a', 5)], [freed('0/x', 5)]]);
    expect([isMeasured, leftOut]).toEqual([[false, false, false], { count: 0, bytes: 0 }]);
  });
});

describe('what has to be read again', () => {
  const savings = [[freed('0/a', MB)], [freed('1/a', MB)], [freed('0/b', 2 * MB)]];

  it('is nothing by position, each touched layer once, or the whole image once', () => {
    expect(planned(image('position'), savings).read).toBe(0);
    expect(planned(image('layer'), savings.slice(0, 1)).read).toBe(10 * MB + tarOverhead(4));
    expect(planned(image('layer'), savings).read).toBe(20 * MB + tarOverhead(8));
    const whole = planned(image('image'), savings.slice(0, 1)).read;
    expect(Math.abs(whole - 20 * MB)).toBeLessThan(tarOverhead(8) + 1);
    expect(planned(image('image'), savings).read).toBeLessThanOrEqual(20 * MB + tarOverhead(8));
  });

  it('is limited', () => {
    expect(planned(image('position'), savings, { read: 0 }).isMeasured).toEqual([true, true, true]);
    expect(planned(image('layer'), savings, { read: 11 * MB }).isMeasured).toEqual([true, false, true]);
    expect(planned(image('image'), savings, { read: 11 * MB }).leftOut.count).toBe(3);
  });

  it('is one layer where the image has it twice', () => {
    const [only] = SCANS;
    if (only === undefined) throw new TypeError('there is a layer');
    const twice = [only, only];
    const savings = [[freed('0/a', MB), freed('0/a', MB, 1)]];
    const { read, cuts } = planned(image('layer', twice), savings, {}, twice);
    expect(read).toBe(10 * MB + tarOverhead(4));
    expect(cuts[0]?.length).toBe(2);
    expect(cuts[0]?.[0]).toBe(cuts[0]?.[1]);
  });

  it('is cut for a number of savings at once, where it passes by', () => {
    const many = scan(Array.from({ length: 60 }, (_, index) => file(`f${index}`, 1000)));
    const each = [...many.entries].map(({ path }) => [freed(path, 1000, 0)]);
    expect(planned(image('position', [many]), each, {}, [many]).leftOut.count).toBe(0);
    expect(planned(image('layer', [many]), each, {}, [many]).leftOut.count).toBe(20);
  });
});

/** Headers, and padding of files of whole megabytes. */
function tarOverhead(files: number): number {
  const padding = [1, 2, 3, 4].reduce((sum, size) => sum + ((512 - ((size * MB) % 512)) % 512), 0);
  return (files / 4) * padding + files * 512;
}

it('leaves out parts of files that are a trifle, and measures nothing where they are more', () => {
  const trifle = planned(image('position'), [[freed('0/d', 4 * MB), freed('0/a', 9_000)]]);
  expect(trifle.isMeasured).toEqual([true]);
  expect(trifle.cuts[0]?.map(({ files }) => files)).toEqual([[3]]);
  const more = planned(image('position'), [[freed('0/d', 4 * MB), freed('0/a', 90_000)]]);
  expect(more.isMeasured).toEqual([false]);
});
