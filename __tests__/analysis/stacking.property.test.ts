import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeImage } from '../../src/analysis/analyze-image.ts';
import type { ImageAnalysis, WastedFile } from '../../src/analysis/image-analysis.ts';
import type { ImageOrigins } from '../../src/dockerfile/layer-origin.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { times } from '../support/long.ts';
import { imageOf } from '../support/scans/scan.ts';
import { stacks } from '../support/scans/stacks.ts';
import { byBytes, inodesOf, stackNaively } from './reference/naive-filesystem.ts';

function analyze(scans: readonly LayerScan[], baseLayerCount: number | null = null): ImageAnalysis {
  const unknown = { origin: 'unknown', instruction: null, cache: 'unknown', durationMs: null } as const;
  const origins: ImageOrigins = {
    layers: scans.map(() => unknown),
    baseLayerCount,
    baseImageName: null,
    baseImageDigest: null,
  };
  return analyzeImage(imageOf(scans), scans, baseLayerCount === null ? null : origins);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function inOrder(files: readonly WastedFile[]): string[] {
  return files.map(file => JSON.stringify(file, Object.keys(file).sort())).sort();
}

const RUNS = { numRuns: times(800) };

describe('a stack of layers', () => {
  it('wastes what the specification, taken step by step, hides', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        expect(inOrder(analyze(scans).wastedFiles)).toEqual(inOrder(stackNaively(scans).wasted));
      }),
      { numRuns: times(2000) },
    );
  });

  it('shows the files of the merged tree, each inode once under its first name', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        const expected = [...inodesOf(stackNaively(scans).tree)]
          .map(([{ entry, layer }, names]) => {
            const [path = '', ...otherNames] = byBytes(names);
            const file = { path, bytes: entry.size, layer };
            return otherNames.length === 0 ? file : { ...file, otherNames };
          })
          .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
        expect([...analyze(scans).visibleFiles]).toEqual(expected);
      }),
      RUNS,
    );
  });

  it('accounts for every byte of every layer', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        const { layers, wastedFiles, visibleFiles, size } = analyze(scans);
        for (const [index, layer] of layers.entries()) {
          expect(layer.size).toBe(scans[index]?.size);
          expect(layer.visibleBytes + layer.wastedBytes).toBe(layer.size);
          const own = wastedFiles.filter(file => file.writtenBy === index);
          expect(sum(own.map(file => file.bytes))).toBe(layer.wastedBytes);
        }
        const visible = sum([...visibleFiles].map(file => file.bytes));
        expect(visible + sum(wastedFiles.map(file => file.bytes))).toBe(size);
        expect(sum(layers.map(layer => layer.visibleBytes))).toBe(visible);
      }),
      RUNS,
    );
  });

  it('splits the hidden bytes between own layers, the base and what own layers hide of it', () => {
    fc.assert(
      fc.property(stacks(), fc.nat({ max: 5 }), (scans, cut) => {
        const count = Math.min(cut, scans.length);
        const { layers, efficiency, size, baseSize, ownSize, visibleFiles } = analyze(scans, count);
        const baseAlone = analyze(scans.slice(0, count));
        const own = layers.slice(count);
        const visible = sum([...visibleFiles].map(file => file.bytes));
        expect(efficiency.baseWastedBytes).toBe(baseAlone.efficiency.wastedBytes);
        expect(efficiency.wastedBytes).toBe(sum(own.map(layer => layer.wastedBytes)));
        const { wastedBytes, shadowedBaseBytes, baseWastedBytes } = efficiency;
        expect(wastedBytes + (shadowedBaseBytes ?? -1) + (baseWastedBytes ?? -1) + visible).toBe(size);
        expect(baseSize).toBe(baseAlone.size);
        expect((baseSize ?? -1) + (ownSize ?? -1)).toBe(size);
        expect(efficiency.score).toBe(size === 0 ? 1 : visible / size);
        const ownVisible = sum(own.map(layer => layer.visibleBytes));
        expect(efficiency.ownScore).toBe(ownSize === 0 ? 1 : ownVisible / (ownSize ?? 1));
      }),
      RUNS,
    );
  });

  it('does not depend on where whiteouts stand in a tar', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        const turned = scans.map(scan => ({
          ...scan,
          whiteouts: scan.whiteouts.toReversed(),
          opaques: scan.opaques.toReversed(),
        }));
        const { wastedFiles, visibleFiles } = analyze(turned);
        expect({ wastedFiles, visibleFiles }).toEqual({
          wastedFiles: analyze(scans).wastedFiles,
          visibleFiles: analyze(scans).visibleFiles,
        });
      }),
      RUNS,
    );
  });
});
