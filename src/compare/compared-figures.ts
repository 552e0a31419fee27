import type { ComparedFigures } from './comparison.ts';
import type { Snapshot } from './snapshot.ts';

export function figuresOf(snapshot: Snapshot): ComparedFigures {
  const { layers, baseLayerCount } = snapshot;
  return {
    size: snapshot.size,
    compressedSize: snapshot.compressedSize,
    ownSize: snapshot.ownSize,
    baseSize: snapshot.baseSize,
    layerCount: layers.length,
    baseLayerCount,
    ownLayerCount: baseLayerCount === null ? null : layers.length - baseLayerCount,
    efficiency: snapshot.efficiency,
    ownEfficiency: snapshot.ownEfficiency,
    wastedBytes: snapshot.wastedBytes,
    diveEfficiency: snapshot.dive.efficiency,
  };
}

/** head − base; null where a side does not know. */
export function figuresDelta(base: Snapshot, head: Snapshot): ComparedFigures {
  const before = figuresOf(base);
  const after = figuresOf(head);
  const minus = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? null : a - b;
  return {
    size: after.size - before.size,
    compressedSize: haveSameMediaTypes(base, head)
      ? minus(after.compressedSize, before.compressedSize)
      : null,
    ownSize: minus(after.ownSize, before.ownSize),
    baseSize: minus(after.baseSize, before.baseSize),
    layerCount: after.layerCount - before.layerCount,
    baseLayerCount: minus(after.baseLayerCount, before.baseLayerCount),
    ownLayerCount: minus(after.ownLayerCount, before.ownLayerCount),
    efficiency: after.efficiency - before.efficiency,
    ownEfficiency: minus(after.ownEfficiency, before.ownEfficiency),
    wastedBytes: after.wastedBytes - before.wastedBytes,
    diveEfficiency: after.diveEfficiency - before.diveEfficiency,
  };
}

/** Bytes of gzip and of zstd are not the same measure. An image without layers has any media type. */
export function haveSameMediaTypes(base: Snapshot, head: Snapshot): boolean {
  const before = mediaTypesOf(base);
  const after = mediaTypesOf(head);
  if (before.size === 0 || after.size === 0) return true;
  return before.size === after.size && [...before].every(type => after.has(type));
}

export function mediaTypesOf({ layers }: Snapshot): ReadonlySet<string> {
  return new Set(layers.map(layer => layer.mediaType ?? 'unknown'));
}
