import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DeadweightError } from '../../base/errors.ts';
import { lazy } from '../../base/lazy.ts';
import { printable } from '../../base/untrusted-text.ts';
import { MAX_MANIFEST_LAYERS } from '../../oci/manifest.ts';
import { MAX_DOCUMENT } from '../../oci/parse-json.ts';
import type { StorageLocation } from './storage-location.ts';
import { readStoreFile, readStoreList } from './store-file.ts';

/** Its name is part of a path. */
const id = lazy(() => z.string().regex(/^[0-9a-f]{64}$/, 'is not an id'));

const imagesSchema = lazy(() =>
  z.array(
    z.object({
      id: id(),
      digest: z.string().nullish(),
      names: z.array(z.string()).nullish(),
      layer: id().nullish(),
      'big-data-digests': z.record(z.string(), z.string()).nullish(),
    }),
  ),
);

const layersSchema = lazy(() =>
  z.array(z.object({ id: id(), parent: z.string().nullish(), 'diff-size': z.int().nullish() })),
);

type WireLayer = z.infer<ReturnType<typeof layersSchema>>[number];

/** An image as the store lists it. */
export interface ListedImage {
  readonly id: string;
  /** `localhost/app:1`: whole, with registry and tag or digest. */
  readonly names: readonly string[];
  /** Of its manifests. */
  readonly digests: readonly string[];
  /** The highest; null for an image without layers. */
  readonly layer: string | null;
}

/** A layer as the store lists it. */
export interface ListedLayer {
  readonly id: string;
  readonly parent: string | null;
  /** Bytes of its files; null where the store does not know. */
  readonly size: number | null;
  /** The record of its tar, without its files. */
  readonly recordPath: string;
  /** The folder with its files. */
  readonly filesPath: string;
}

/** Where each driver has the files of a layer; null where they are mounted only while podman uses them. Overlay is podman's own choice. */
const DRIVERS: ReadonlyMap<string, ((id: string) => string) | null> = new Map([
  ['overlay', (id: string) => `overlay/${id}/diff`],
  ['vfs', (id: string) => `vfs/dir/${id}`],
  ['btrfs', (id: string) => `btrfs/subvolumes/${id}`],
  ['zfs', null],
]);

/**
 * Reads what a store has: JSON files beside the layers, of which other programs may write meanwhile, whole each time.
 * https://github.com/containers/storage/blob/main/store.go
 */
export class ImageStore {
  readonly root: string;
  readonly driver: string;
  #layers: ReadonlyMap<string, WireLayer> | null = null;

  constructor({ root, driver }: StorageLocation) {
    this.root = root;
    const found = [...DRIVERS.keys()].find(each => existsSync(join(root, `${each}-images`)));
    this.driver =
      driver !== null && existsSync(join(root, `${driver}-images`)) ? driver : (found ?? 'overlay');
  }

  /** Where the images are listed. */
  get listPath(): string {
    return this.#path('images', 'images.json');
  }

  /** @returns null where there is no store @throws DeadweightError `permission-denied`, `input-corrupt`, `limit-exceeded` */
  images(): readonly ListedImage[] | null {
    const wire = readStoreList(this.listPath, imagesSchema());
    if (wire === null) return null;
    return wire.map(image => ({
      id: image.id,
      names: image.names ?? [],
      digests: [
        ...(image.digest ? [image.digest] : []),
        ...Object.entries(image['big-data-digests'] ?? {})
          .filter(([key]) => key.startsWith('manifest'))
          .map(([, digest]) => digest),
      ],
      layer: image.layer ?? null,
    }));
  }

  /**
   * A layer of any image; null where the store has none of that ID.
   * @throws DeadweightError `permission-denied`, `input-corrupt`, `limit-exceeded`, `input-missing` (its files are not read)
   */
  layer(id: string): ListedLayer | null {
    this.#layers ??= this.#listLayers();
    const layer = this.#layers.get(id);
    if (layer === undefined) return null;
    const filesOf = DRIVERS.get(this.driver) ?? null;
    if (filesOf === null) throw driverUnread(this.root, this.driver);
    return {
      id,
      parent: layer.parent || null,
      size: layer['diff-size'] ?? null,
      recordPath: this.#path('layers', `${id}.tar-split.gz`),
      filesPath: join(this.root, filesOf(id)),
    };
  }

  /** Where a document of an image is. @param key `manifest`, a digest */
  documentPath(image: ListedImage, key: string): string {
    const name = /^[.0-9a-z]+$/.test(key) ? key : `=${Buffer.from(key).toString('base64')}`;
    return this.#path('images', join(image.id, name));
  }

  /** @returns null where there is none */
  readDocument(image: ListedImage, key: string): Uint8Array | null {
    return readStoreFile(this.documentPath(image, key), MAX_DOCUMENT);
  }

  #listLayers(): ReadonlyMap<string, WireLayer> {
    const lists = ['layers.json', 'volatile-layers.json'].map(name =>
      readStoreList(this.#path('layers', name), layersSchema()),
    );
    return new Map(lists.flatMap(list => list ?? []).map(layer => [layer.id, layer]));
  }

  #path(kind: 'images' | 'layers', name: string): string {
    return join(this.root, `${this.driver}-${kind}`, name);
  }
}

/**
 * The layers of an image, the lowest first. An image of one store may be built upon a base that lies in another.
 * @param stores in the order in which podman looks into them
 * @param top the highest layer; null for an image without layers
 * @throws DeadweightError `blob-missing`, and as `ImageStore.layer`
 */
export function findLayers(stores: readonly ImageStore[], top: string | null): readonly ListedLayer[] {
  const chain: ListedLayer[] = [];
  for (let next = top; next !== null && chain.length <= MAX_MANIFEST_LAYERS; ) {
    const layer = findLayer(stores, next);
    chain.unshift(layer);
    next = layer.parent;
  }
  return chain;
}

function findLayer(stores: readonly ImageStore[], id: string): ListedLayer {
  for (const store of stores) {
    const layer = store.layer(id);
    if (layer !== null) return layer;
  }
  throw layerUnlisted(stores, id);
}

function layerUnlisted(stores: readonly ImageStore[], layer: string): DeadweightError {
  const roots = stores.map(({ root }) => printable(root)).join(', ');
  return new DeadweightError('blob-missing', {
    message: `The layer ${layer.slice(0, 12)} of the image is not in the store ${roots}.`,
    remedy:
      'Name the store of its base as well ([overlay@GRAPHROOT:overlay.imagestore=BASEROOT]NAME), or pull or build the image again; podman system check tells what else is damaged.',
  });
}

function driverUnread(root: string, driver: string): DeadweightError {
  return new DeadweightError('input-missing', {
    message: `The store ${printable(root)} has the driver ${printable(driver)}, whose layers are not read: they are there only while podman uses them.`,
    remedy: 'Run podman save NAME | deadweight inspect - instead.',
  });
}
