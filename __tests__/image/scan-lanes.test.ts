import { createHash, randomFillSync } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DiffId, type Digest, isDigest } from '../../src/base/digest.ts';
import type { Progress } from '../../src/base/effects.ts';
import { BlobReader } from '../../src/image/blob-reader.ts';
import type { LayerTask, StoredLayer } from '../../src/image/layer-reader.ts';
import { scanInLanes } from '../../src/image/scan-lanes.ts';
import { ImageLimits } from '../../src/layer/image-limits.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { noScanStore } from '../../src/layer/scan-store.ts';
import { diffIdOf, fabricateTar } from '../support/fabricate/layer.ts';
import { file } from '../support/fabricate/node.ts';
import { scan as scanOf } from '../support/scans/scan.ts';
import { inMemory } from '../tar/collect.ts';

const NOTHING = Buffer.alloc(0);
const emptyScan = scanOf([]);

interface Layer {
  readonly task: LayerTask;
  readonly blob: Buffer;
}

function layerOf(index: number, tar: Buffer, blob: Buffer, digest: Digest): Layer {
  const layer: StoredLayer = {
    index,
    diffId: diffIdOf(tar),
    digest,
    size: null,
    path: `layer-${index}`,
    place: `Layer ${index}`,
    foreign: false,
  };
  return { task: { layer, content: 'cheap' }, blob };
}

function digestOf(blob: Buffer): Digest {
  const digest = `sha256:${createHash('sha256').update(blob).digest('hex')}`;
  if (!isDigest(digest)) throw new TypeError(digest);
  return digest;
}

/** Layers that threads hash. */
async function packedLayers(sizes: readonly number[]): Promise<readonly Layer[]> {
  return await Promise.all(
    sizes.map(async (size, index) => {
      const tar = await fabricateTar({
        [`large-${index}`]: file(randomFillSync(Buffer.alloc(size))),
        b: file(index),
      });
      const blob = gzipSync(tar, { level: 0 });
      return layerOf(index, tar, blob, digestOf(blob));
    }),
  );
}

/** Scans, and says what was handed on, which progress was shown, and how many blobs stayed open. */
async function read(layers: readonly Layer[]) {
  let open = 0;
  let mostOpen = 0;
  const bytes = layers.map(() => 0);
  const shown: string[] = [];
  const done: DiffId[] = [];
  const reader = new BlobReader(({ index }) => {
    const source = inMemory(layers[index]?.blob ?? Buffer.alloc(0));
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    let isOpen = true;
    const close = () => {
      if (isOpen) open -= 1;
      isOpen = false;
    };
    const read = (target: Uint8Array, position: number) => {
      const length = source.read(target, position);
      bytes[index] = (bytes[index] ?? 0) + length;
      return length;
    };
    return { ...source, read, close };
  });
  const progress: Progress = {
    async show({ total }, body) {
      let counted = 0;
      const result = await body(each => {
        counted += each;
      });
      shown.push(`${counted}/${total}`);
      return result;
    },
  };
  const limits = new ImageLimits();
  const options = { collectors: [], store: noScanStore, limits, verify: false, progress, label: '' };
  const error = await reader
    .scan(
      layers.map(({ task }) => task),
      options,
      async ({ diffId }) => void done.push(diffId),
    )
    .then(
      () => null,
      (reason: unknown) => reason,
    );
  return { done, error, open, mostOpen, shown, bytes };
}

/** Breaks off in its middle. */
const damaged = ({ task, blob }: Layer): Layer => ({ task, blob: blob.subarray(0, blob.length >> 1) });

describe('lanes', () => {
  it('hand on what one lane does, and fail as it does, however long each layer takes', async () => {
    const tasks = fc.array(fc.record({ ms: fc.nat(3), fails: fc.constantFrom('', '', '', 'scan', 'done') }), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(tasks, fc.integer({ min: 2, max: 4 }), async (described, lanes) => {
        const run = async (count: number) => {
          const told: number[] = [];
          let running = 0;
          let most = 0;
          const list = described.map(
            (_each, index) => layerOf(index, NOTHING, NOTHING, digestOf(NOTHING)).task,
          );
          const error = await scanInLanes(
            list,
            async ({ layer }): Promise<LayerScan> => {
              running += 1;
              most = Math.max(most, running);
              await wait(described[layer.index]?.ms ?? 0);
              running -= 1;
              if (described[layer.index]?.fails === 'scan') throw new Error(`scan ${layer.index}`);
              return { ...emptyScan, diffId: layer.diffId };
            },
            async (_scan, index) => {
              await wait(0);
              if (described[index]?.fails === 'done') throw new Error(`done ${index}`);
              told.push(index);
            },
            count,
          ).then(
            () => '',
            (reason: unknown) => String(reason),
          );
          expect(running).toBe(0);
          expect(most).toBeLessThanOrEqual(count);
          return { told, error };
        };
        expect(await run(lanes)).toEqual(await run(1));
      }),
      { numRuns: 60 },
    );
  });
});

describe('compressed layers', () => {
  it('are read two at a time, and told in their order', async () => {
    const layers = await packedLayers([9_000_000, 5_000_000, 100, 4_500_000, 4_500_000]);
    const { done, error, open, mostOpen, shown } = await read(layers);
    expect(error).toBeNull();
    expect(done).toEqual(layers.map(({ task }) => task.layer.diffId));
    expect(open).toBe(0);
    expect(mostOpen).toBeLessThanOrEqual(3);
    const stored = layers.reduce((sum, { blob }) => sum + blob.length, 0);
    expect(shown).toEqual([`${stored}/${stored}`]);
  });

  it('that fail beside each other tell of the first of them, and leave nothing open', async () => {
    const layers = await packedLayers([100, 9_000_000, 4_500_000, 4_500_000, 100]);
    const broken = layers.map((layer, index) => (index === 1 || index === 2 ? damaged(layer) : layer));
    const { done, error, open } = await read(broken);
    expect(error).toMatchObject({ message: expect.stringMatching(/^Layer 1 /) });
    expect(done).toEqual(layers.slice(0, 1).map(({ task }) => task.layer.diffId));
    expect(open).toBe(0);
  });

  it('are given up when one before them fails', async () => {
    const layers = await packedLayers([5_000_000, 30_000_000]);
    const broken = layers.map((layer, index) => (index === 0 ? damaged(layer) : layer));
    const { done, error, open, bytes } = await read(broken);
    expect(error).toMatchObject({ message: expect.stringMatching(/^Layer 0 /) });
    expect(done).toEqual([]);
    expect(bytes[1]).toBeLessThan(25_000_000);
    expect(open).toBe(0);
  });
});
