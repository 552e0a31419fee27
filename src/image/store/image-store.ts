import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DeadweightError, systemErrorCode, systemReason } from '../../base/errors.ts';
import { readInputFile } from '../../base/input-file.ts';
import { lazy } from '../../base/lazy.ts';
import { printable } from '../../base/untrusted-text.ts';
import { MAX_MANIFEST_LAYERS } from '../../oci/manifest.ts';
import { MAX_DOCUMENT, parseJson } from '../../oci/parse-json.ts';
import type { StorageLocation } from './storage-location.ts';

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

/** An image as the store lists it. */
export interface ListedImage {
  readonly id: string;
  /** `localhost/app:1`: whole, with registry and tag. */
  readonly names: readonly string[];
  /** Of its manifests and documents. */
  readonly digests: readonly string[];
  /** The highest; null for an image without layers. */
  readonly layer: string | null;
}

/** A layer as the store lists it. */
export interface ListedLayer {
  readonly id: string;
  readonly parent: string | null;
  /** Bytes of its tar; null where the store does not know. */
  readonly size: number | null;
}

/** Where the store keeps a driver's things; overlay is podman's own choice. */
const DRIVERS = ['overlay', 'vfs', 'btrfs', 'zfs'];

/**
 * Reads what a store has: JSON files beside the layers, of which other programs may write meanwhile, whole each time.
 * https://github.com/containers/storage/blob/main/store.go
 */
export class ImageStore {
  readonly root: string;
  readonly driver: string;

  constructor({ root, driver }: StorageLocation) {
    this.root = root;
    const found = DRIVERS.find(each => existsSync(join(root, `${each}-images`)));
    this.driver =
      driver !== null && existsSync(join(root, `${driver}-images`)) ? driver : (found ?? 'overlay');
  }

  isThere(): boolean {
    return existsSync(this.#path('images', 'images.json'));
  }

  /** @throws DeadweightError `input-missing`, `permission-denied`, `input-corrupt` */
  images(): readonly ListedImage[] {
    const path = this.#path('images', 'images.json');
    const wire = parseJson(this.#read(path) ?? this.#missing(path), imagesSchema(), path);
    return wire.map(image => ({
      id: image.id,
      names: image.names ?? [],
      digests: [image.digest ?? '', ...Object.values(image['big-data-digests'] ?? {})],
      layer: image.layer ?? null,
    }));
  }

  /** The layers of an image, the lowest first. @param top the highest @throws DeadweightError `input-corrupt`, … */
  layers(top: string | null): readonly ListedLayer[] {
    const known = new Map<string, ListedLayer>();
    for (const name of ['layers.json', 'volatile-layers.json']) {
      const path = this.#path('layers', name);
      const bytes = this.#read(path);
      if (bytes === null || bytes.length === 0) continue;
      for (const layer of parseJson(bytes, layersSchema(), path)) {
        known.set(layer.id, { id: layer.id, parent: layer.parent || null, size: layer['diff-size'] ?? null });
      }
    }
    const chain: ListedLayer[] = [];
    for (let next = top; next !== null && chain.length <= MAX_MANIFEST_LAYERS; ) {
      const layer = known.get(next);
      if (layer === undefined) throw layerUnlisted(this.root, next);
      chain.unshift(layer);
      next = layer.parent;
    }
    return chain;
  }

  /** Where a document of an image is. @param key `manifest`, a digest */
  documentPath(image: ListedImage, key: string): string {
    const name = /^[.0-9a-z]+$/.test(key) ? key : `=${Buffer.from(key).toString('base64')}`;
    return this.#path('images', join(image.id, name));
  }

  /** @returns null where there is none */
  readDocument(image: ListedImage, key: string): Uint8Array | null {
    return this.#read(this.documentPath(image, key));
  }

  /** The record of a layer's tar, without its files. */
  recordPath({ id }: ListedLayer): string {
    return this.#path('layers', `${id}.tar-split.gz`);
  }

  /** The folder with the files of a layer. */
  filesPath({ id }: ListedLayer): string {
    return this.driver === 'vfs' ? join(this.root, 'vfs/dir', id) : join(this.root, this.driver, id, 'diff');
  }

  #path(kind: 'images' | 'layers', name: string): string {
    return join(this.root, `${this.driver}-${kind}`, name);
  }

  #read(path: string): Uint8Array | null {
    try {
      return readInputFile(path, { maxBytes: MAX_DOCUMENT });
    } catch (cause) {
      if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(cause) ?? '')) return null;
      throw storeUnreadable(path, cause);
    }
  }

  #missing(path: string): never {
    throw new DeadweightError('input-missing', {
      message: `There is no store of podman or buildah in ${printable(this.root)}: ${printable(path)} does not exist.`,
      remedy:
        'Run podman info to see where it is (root and each user have their own), and write containers-storage:[overlay@GRAPHROOT]NAME.',
    });
  }
}

/** @param path of something in a store that this user may not read */
export function storeUnreadable(path: string, cause: unknown): DeadweightError {
  return new DeadweightError('permission-denied', {
    message: `${printable(path)} of podman's store cannot be read: ${systemReason(cause)}.`,
    remedy:
      'Run it as the user whose store it is, as root, or in podman unshare; or run podman save NAME | deadweight inspect -',
    cause,
  });
}

function layerUnlisted(root: string, layer: string): DeadweightError {
  return new DeadweightError('blob-missing', {
    message: `The layer ${layer.slice(0, 12)} of the image is not in the store ${printable(root)}.`,
    remedy: 'Pull or build the image again; podman system check tells what else is damaged.',
  });
}
