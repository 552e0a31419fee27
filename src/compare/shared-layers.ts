import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import { PathTable } from '../layer/path-table.ts';

/** An image of several, and what it has of its own. */
export interface SharingImage {
  /** Bytes of layers that others of the images have at the same place, on the same layers. */
  readonly sharedSize: number;
  /** Bytes of all its other layers. */
  readonly ownSize: number;
}

/** Neighbouring layers that the same images have, on the same layers: an engine keeps them once. */
export interface SharedLayers {
  /** Indexes of the images, ascending; at least two. */
  readonly images: readonly number[];
  /** Indexes of the lowest and the highest of the layers, in each of the images. */
  readonly first: number;
  readonly last: number;
  /** Bytes of them. */
  readonly size: number;
}

/** A layer that several images have on other layers, so that an engine may keep it more than once. */
export interface MisplacedLayer {
  /** Where the images have it, by image. */
  readonly places: readonly { readonly image: number; readonly layer: number }[];
  readonly size: number;
  /** Bytes that would be kept once if it stood on the same layers in all of them. */
  readonly saving: number;
}

/** Files of one path and size that images have in different layers. Their contents are not compared. */
export interface RepeatedFiles {
  readonly count: number;
  /** What is there more than once, but for the first. Bytes. */
  readonly bytes: number;
  /** The packages that most of them belong to. */
  readonly packages: readonly {
    readonly type: string;
    readonly name: string;
    readonly version: string;
    readonly bytes: number;
  }[];
}

/** What several images have in common. */
export interface LayerSharing {
  /** In the order of the images. */
  readonly images: readonly SharingImage[];
  /** Sum of the images' sizes. Bytes. */
  readonly size: number;
  /** What all of them take up on one machine: each layer once for each stack of layers that it is on. Bytes. */
  readonly machineSize: number;
  /** Compressed bytes that a registry keeps of them, each blob once; null where not all are known. */
  readonly registrySize: number | null;
  /** Largest first. */
  readonly shared: readonly SharedLayers[];
  /** What misplaced layers would save, largest first. */
  readonly misplaced: readonly MisplacedLayer[];
  readonly repeated: RepeatedFiles;
}

type SharingAnalysis = Pick<ImageAnalysis, 'layers' | 'size' | 'visibleFiles' | 'packages'>;

/** Packages that are named. */
const MAX_PACKAGES = 10;

/**
 * What images share, and what they could. An engine keeps a layer once for each stack of layers below it (its chainID), a
 * registry once for its digest. Linear in layers and files.
 */
export function compareSharing(images: readonly SharingAnalysis[]): LayerSharing {
  const chains = new Chains();
  const placed = images.map(({ layers }, image) => chains.add(image, layers));
  const used = [...chains.all];
  return {
    images: placed.map(own => {
      const sharedSize = sizeOf(own.filter(({ images: users }) => users.size > 1));
      return { sharedSize, ownSize: sizeOf(own) - sharedSize };
    }),
    size: images.reduce((sum, { size }) => sum + size, 0),
    machineSize: sizeOf(used),
    registrySize: registrySize(images),
    shared: sharedRuns(placed),
    misplaced: misplacedLayers(used),
    repeated: repeatedFiles(images),
  };
}

/** A layer on the layers below it. */
interface Chain {
  readonly diffId: string;
  readonly size: number;
  readonly images: Set<number>;
  /** How many layers it stands on. */
  readonly layer: number;
}

function sizeOf(chains: readonly Chain[]): number {
  return chains.reduce((sum, { size }) => sum + size, 0);
}

class Chains {
  readonly #numbers = new Map<string, number>();
  readonly #chains: Chain[] = [];

  get all(): readonly Chain[] {
    return this.#chains;
  }

  /** @returns those of the image, lowest first */
  add(image: number, layers: SharingAnalysis['layers']): readonly Chain[] {
    let below = -1;
    return layers.map(({ diffId, size, index }) => {
      const key = `${below} ${diffId}`;
      below = this.#numbers.get(key) ?? this.#chains.length;
      this.#numbers.set(key, below);
      const known = this.#chains[below] ?? {
        diffId,
        size,
        images: new Set<number>(),
        layer: index,
      };
      this.#chains[below] = known;
      known.images.add(image);
      return known;
    });
  }
}

/** Of blobs whose digest is not known, the content stands for it: it is packed once. */
function registrySize(images: readonly SharingAnalysis[]): number | null {
  const blobs = new Map<string, number>();
  for (const { diffId, digest, compressedSize } of images.flatMap(({ layers }) => layers)) {
    if (compressedSize === null) return null;
    blobs.set(digest ?? diffId, compressedSize);
  }
  return [...blobs.values()].reduce((sum, size) => sum + size, 0);
}

function sharedRuns(placed: readonly (readonly Chain[])[]): readonly SharedLayers[] {
  const runs = new Map<string, SharedLayers>();
  for (const own of placed) {
    for (const [index, { images, size }] of own.entries()) {
      if (images.size < 2) continue;
      const users = [...images];
      const key = users.join();
      const known = runs.get(key);
      // Who has a layer has all below it, so that the layers of the same images follow each other.
      if (known === undefined) runs.set(key, { images: users, first: index, last: index, size });
      else if (index === known.last + 1) runs.set(key, { ...known, last: index, size: known.size + size });
    }
  }
  return [...runs.values()].sort((a, b) => b.size - a.size || a.first - b.first);
}

function misplacedLayers(used: readonly Chain[]): readonly MisplacedLayer[] {
  const byContent = Map.groupBy(used, ({ diffId }) => diffId);
  return [...byContent.values()]
    .filter(chains => chains.length > 1 && new Set(chains.flatMap(({ images }) => [...images])).size > 1)
    .map(chains => {
      const size = chains[0]?.size ?? 0;
      const places = chains
        .flatMap(({ images, layer }) => Array.from(images, image => ({ image, layer })))
        .sort((a, b) => a.image - b.image || a.layer - b.layer);
      return { places, size, saving: size * (chains.length - 1) };
    })
    .filter(({ saving }) => saving > 0)
    .sort((a, b) => b.saving - a.saving);
}

/** A file that an image shows, by what could be the same in another. */
interface KnownFile {
  readonly bytes: number;
  readonly image: number;
  /** The layers that hold it. */
  readonly diffIds: Set<string>;
  readonly owner: ReturnType<SharingAnalysis['packages']['ownerOf']>;
}

function repeatedFiles(images: readonly SharingAnalysis[]): RepeatedFiles {
  const paths = new PathTable();
  const files: KnownFile[][] = [];
  const packages = new Map<string, RepeatedFiles['packages'][number]>();
  let [count, bytes] = [0, 0];
  for (const [image, { visibleFiles, layers, packages: installed }] of images.entries()) {
    for (const file of visibleFiles.values(1)) {
      const node = paths.add(file.path);
      const diffId = layers[file.layer]?.diffId ?? '';
      const there = files[node] ?? [];
      files[node] = there;
      const known = there.find(other => other.bytes === file.bytes);
      if (known === undefined) {
        const owner = installed.ownerOf(file.path);
        there.push({ bytes: file.bytes, image, diffIds: new Set([diffId]), owner });
        continue;
      }
      if (known.diffIds.has(diffId)) continue;
      known.diffIds.add(diffId);
      count += 1;
      bytes += file.bytes;
      if (known.owner === null) continue;
      const { type, name, version } = known.owner;
      const key = `${type} ${name} ${version}`;
      const sum = (packages.get(key)?.bytes ?? 0) + file.bytes;
      packages.set(key, { type, name, version, bytes: sum });
    }
  }
  const most = [...packages.values()].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  return { count, bytes, packages: most.slice(0, MAX_PACKAGES) };
}
