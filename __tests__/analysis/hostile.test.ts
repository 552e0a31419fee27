import { describe, expect, it } from 'vitest';
import { analyzeImage } from '../../src/analysis/analyze-image.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { computedMs } from '../support/computed.ts';
import { directory, file, hardlink, imageOf, scan } from '../support/scans/scan.ts';

function analyze(...scans: LayerScan[]) {
  return analyzeImage(imageOf(scans), scans, null);
}

function milliseconds(body: () => void): number {
  const start = computedMs();
  body();
  return computedMs() - start;
}

const deep = (depth: number, name = 'a'): string => Array.from({ length: depth }, () => name).join('/');

describe('hostile layers', () => {
  it('may be ten thousand directories deep', () => {
    const path = deep(10_000);
    const lower = scan([file(`${path}/x`, 1), hardlink(`${path}/y`, `${path}/x`)]);
    expect(analyze(lower, scan([], { whiteouts: ['a'] })).wastedFiles).toMatchObject([{ path: `${path}/x` }]);
    const whiteouts = scan([file(`${deep(5_000, '.wh.a')}/x`, 1)], { markers: [deep(5_000, '.wh..wh.a')] });
    expect(analyze(whiteouts, lower, whiteouts).size).toBe(3);
  });

  it('may carry names that mean something to JavaScript', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__proto__/__proto__/x'];
    const lower = scan(names.slice(1).map((name, index) => file(name, index + 1)));
    const { visibleFiles, wastedFiles } = analyze(lower, scan([], { whiteouts: names.slice(1) }));
    expect([...visibleFiles]).toEqual([]);
    expect(wastedFiles).toHaveLength(4);
  });

  it('end in an error, not in the end of memory, when their paths imply millions of directories', () => {
    const paths = Array.from({ length: 120 }, (_, index) => `${index}/${deep(10_000)}/x`);
    const expected = expect.objectContaining({ code: 'limit-exceeded' });
    expect(() => analyze(scan(paths.map(path => file(path, 1))))).toThrow(expected);
    expect(() => analyze(scan([], { markers: paths.map(path => `.wh..wh.x/${path}`) }))).toThrow(expected);
  });

  it('cost no more with many whiteouts: each name is hidden once', () => {
    const files = Array.from({ length: 20_000 }, (_, index) => file(`d/${index % 200}/${index}`, 1));
    const rounds = (whiteouts: readonly string[]) =>
      Array.from({ length: 400 }, () => scan([directory('d'), file('d/new', 1)], { whiteouts }));
    const plain = [scan(files), ...rounds([])];
    const deleting = [scan(files), ...rounds(['d'])];
    const nested = [scan(files), ...rounds(['d', 'd/1', 'd/new', 'd/1/1'])];
    analyze(...plain);
    const base = milliseconds(() => analyze(...plain));
    for (const scans of [deleting, nested]) {
      expect(milliseconds(() => analyze(...scans))).toBeLessThan(5 * base + 200);
    }
  });
});
