import { describe, expect, it } from 'vitest';
import { analyzeImage } from '../../src/analysis/analyze-image.ts';
import { detectBase } from '../../src/analysis/base-layers.ts';
import type { ImageOrigins, LayerOrigin } from '../../src/dockerfile/layer-origin.ts';
import { diffId, directory, file, imageOf, scan } from '../support/scans/scan.ts';

const COPY = { file: 'Dockerfile', startLine: 3, endLine: 4, text: 'COPY . /app' };

function origins(baseLayerCount: number | null, ...layers: Partial<LayerOrigin>[]): ImageOrigins {
  const unknown = { origin: 'unknown', instruction: null, cache: 'unknown', durationMs: null } as const;
  return {
    layers: layers.map(layer => ({ ...unknown, ...layer })),
    baseLayerCount,
    baseImageName: 'debian:bookworm',
    baseImageDigest: 'sha256:0',
  };
}

const SCANS = [
  scan([file('etc/conf', 100), file('bin/sh', 900)]),
  scan([file('etc/conf', 50), file('app/a', 200)]),
  scan([file('app/a', 300)]),
];

describe('analyzeImage', () => {
  it('weighs base and own layers apart', () => {
    const told = origins(1, {}, { instruction: COPY, cache: 'cached', durationMs: 1200 }, {});
    const analysis = analyzeImage(imageOf(SCANS), SCANS, told);
    expect(analysis).toMatchObject({
      size: 1550,
      baseLayerCount: 1,
      baseSize: 1000,
      ownSize: 550,
      baseImageName: 'debian:bookworm',
      baseImageDigest: 'sha256:0',
      efficiency: {
        score: 1250 / 1550,
        ownScore: 350 / 550,
        wastedBytes: 200,
        shadowedBaseBytes: 100,
        baseWastedBytes: 0,
      },
      notices: [],
    });
    expect(analysis.layers.map(layer => layer.origin)).toEqual(['base', 'own', 'own']);
    expect(analysis.layers[1]).toEqual({
      index: 1,
      diffId: SCANS[1]?.diffId,
      digest: null,
      mediaType: null,
      createdBy: 'RUN step 1',
      size: 250,
      compressedSize: null,
      visibleBytes: 50,
      wastedBytes: 200,
      fileCount: 2,
      origin: 'own',
      instruction: COPY,
      cache: 'cached',
      durationMs: 1200,
    });
  });

  it('counts every layer as own when nothing tells the base, and says so', () => {
    const analysis = analyzeImage(imageOf(SCANS), SCANS, null);
    expect(analysis).toMatchObject({
      baseLayerCount: null,
      baseSize: null,
      ownSize: null,
      baseImageName: null,
      baseImageDigest: null,
      efficiency: { ownScore: null, wastedBytes: 300, shadowedBaseBytes: null, baseWastedBytes: null },
    });
    expect(analysis.layers.every(layer => layer.origin === 'unknown')).toBe(true);
    expect(analysis.notices.map(({ code }) => code)).toEqual(['base-unknown']);
  });

  it('keeps instructions where only the base is unknown', () => {
    const analysis = analyzeImage(
      imageOf(SCANS),
      SCANS,
      origins(null, { origin: 'own' }, { instruction: COPY }, {}),
    );
    expect(analysis.layers.map(layer => layer.origin)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(analysis.layers[1]?.instruction).toBe(COPY);
    expect(analysis.notices.map(({ code }) => code)).toEqual(['base-unknown']);
  });

  it('does not use origins of another number of layers', () => {
    const analysis = analyzeImage(imageOf(SCANS), SCANS, origins(1, {}, { instruction: COPY }));
    expect(analysis.layers.every(layer => layer.instruction === null)).toBe(true);
    expect(analysis.baseLayerCount).toBeNull();
    expect(analysis.notices.map(({ code }) => code)).toEqual(['origins-mismatch', 'base-unknown']);
  });

  it('takes a base of no layers and one of all layers for what they are', () => {
    const scratch = analyzeImage(imageOf(SCANS), SCANS, origins(0, {}, {}, {}));
    expect(scratch).toMatchObject({ baseSize: 0, ownSize: 1550, efficiency: { shadowedBaseBytes: 0 } });
    const retag = analyzeImage(imageOf(SCANS), SCANS, origins(3, {}, {}, {}));
    expect(retag).toMatchObject({
      ownSize: 0,
      efficiency: { ownScore: 1, wastedBytes: 0, baseWastedBytes: 300 },
    });
    const impossible = analyzeImage(imageOf(SCANS), SCANS, origins(4, {}, {}, {}));
    expect(impossible.baseLayerCount).toBeNull();
  });

  it('is efficient when it is empty', () => {
    expect(analyzeImage(imageOf([]), [], null)).toMatchObject({
      size: 0,
      efficiency: { score: 1 },
      wastedFiles: [],
      visibleFiles: { length: 0 },
    });
  });

  it('sums compressed sizes only when all are known', () => {
    const image = imageOf(SCANS);
    const sized = (sizes: readonly (number | null)[]) => ({
      ...image,
      layers: image.layers.map((layer, index) => ({ ...layer, compressedSize: sizes[index] ?? null })),
    });
    expect(analyzeImage(sized([1, 2, 3]), SCANS, null).compressedSize).toBe(6);
    expect(analyzeImage(sized([1, null, 3]), SCANS, null).compressedSize).toBeNull();
  });

  it('lists waste largest first and visible files in byte order', () => {
    const lower = scan([file('b', 5), file('a', 5), file('c', 9), file('zero', 0)]);
    const shown = [file('a/x', 1), file('a-b', 1), directory('d'), file('\u{1f600}', 0), file('ﬁ', 0)];
    const upper = scan(shown, { opaques: [''] });
    const { wastedFiles, visibleFiles } = analyzeImage(imageOf([lower, upper]), [lower, upper], null);
    expect(wastedFiles.map(waste => waste.path)).toEqual(['c', 'a', 'b']);
    expect([...visibleFiles].map(visible => visible.path)).toEqual(['a-b', 'a/x', 'ﬁ', '\u{1f600}']);
  });

  it('refuses another number of scans than layers', () => {
    expect(() => analyzeImage(imageOf(SCANS), SCANS.slice(1), null)).toThrow(RangeError);
  });
});

describe('detectBase', () => {
  const layers = ['a', 'b', 'c'].map(seed => ({ diffId: diffId(seed) }));

  it('counts the layers of a base that the image starts with', () => {
    expect(detectBase(layers, [diffId('a'), diffId('b')])).toBe(2);
    expect(detectBase(layers, [])).toBe(0);
  });

  it('knows no base where the image starts with something else or only with a part', () => {
    expect(detectBase(layers, [diffId('a'), diffId('x')])).toBeNull();
    expect(detectBase(layers.slice(0, 1), [diffId('a'), diffId('b')])).toBeNull();
  });
});
