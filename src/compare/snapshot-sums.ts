import type { Snapshot, SnapshotLayer } from './snapshot.ts';

/** The first sum of the snapshot that does not add up, in words; null when all do. */
export function snapshotContradiction(snapshot: Snapshot): string | null {
  const { layers, size } = snapshot;
  if (sumOf(layers, layer => layer.size) !== size) return `the layers do not add up to its size, ${size}`;
  return (
    compressedContradiction(snapshot) ??
    baseContradiction(snapshot) ??
    wasteContradiction(snapshot) ??
    firstOf(layers.map(layerContradiction)) ??
    firstOf(layers.map((layer, index) => ownerContradiction(layer, index, snapshot.packages)))
  );
}

function firstOf(problems: readonly (string | null)[]): string | null {
  return problems.find(problem => problem !== null) ?? null;
}

function sumOf(layers: readonly SnapshotLayer[], bytes: (layer: SnapshotLayer) => number): number {
  return layers.reduce((sum, layer) => sum + bytes(layer), 0);
}

function compressedContradiction({ layers, compressedSize }: Snapshot): string | null {
  if (compressedSize === null) return null;
  if (layers.some(layer => layer.compressedSize === null)) {
    return 'it has a compressed size, and a layer has none';
  }
  const sum = sumOf(layers, layer => layer.compressedSize ?? 0);
  return sum === compressedSize ? null : `the layers do not add up to its compressed size, ${compressedSize}`;
}

function baseContradiction({ layers, size, baseLayerCount, baseSize, ownSize }: Snapshot): string | null {
  if (baseLayerCount === null) {
    if (baseSize !== null || ownSize !== null) return 'its base is unknown and yet has a size';
    return layers.some(layer => layer.origin === 'base') ? 'its base is unknown and yet has layers' : null;
  }
  if (baseLayerCount > layers.length) return 'its base has more layers than it has itself';
  if (layers.some((layer, index) => (layer.origin === 'base') !== index < baseLayerCount)) {
    return `its base layers are not the first ${baseLayerCount}`;
  }
  const sum = sumOf(layers.slice(0, baseLayerCount), layer => layer.size);
  if (baseSize !== sum) return `the base layers do not add up to the size of its base, ${baseSize}`;
  return ownSize === size - sum ? null : `its own layers do not add up to their size, ${ownSize}`;
}

function wasteContradiction({ layers, wastedBytes, baseLayerCount }: Snapshot): string | null {
  const sum = sumOf(layers.slice(baseLayerCount ?? 0), layer => layer.wastedBytes);
  return sum === wastedBytes ? null : `the layers do not add up to its wasted bytes, ${wastedBytes}`;
}

function layerContradiction(layer: SnapshotLayer, index: number): string | null {
  if (layer.wastedBytes > layer.size) return `layer ${index} wastes more than its size`;
  if (layer.origin === 'base') return null;
  const sum = layer.files.reduce((total, [, bytes]) => total + bytes, 0);
  return sum === layer.size ? null : `the files of layer ${index} do not add up to its size, ${layer.size}`;
}

function ownerContradiction(layer: SnapshotLayer, index: number, known: Snapshot['packages']): string | null {
  const { files, packages, directories, size, origin } = layer;
  const isUnlisted = (owner: number | undefined) => owner !== undefined && owner >= (known?.length ?? 0);
  if (files.some(([, , owner]) => isUnlisted(owner)) || packages.some(([owner]) => isUnlisted(owner))) {
    return `layer ${index} names packages that it does not list`;
  }
  if (origin !== 'base') {
    const isCounted = packages.length > 0 || directories.length > 0;
    return isCounted ? `layer ${index} counts packages or directories beside its files` : null;
  }
  if (files.length > 0) return `layer ${index} is of the base and lists files`;
  const sum = [...packages, ...directories].reduce((total, [, bytes]) => total + bytes, 0);
  if (sum === (known === null ? 0 : size)) return null;
  return `the packages and directories of layer ${index} do not add up to its size, ${size}`;
}
