import { existsSync } from 'node:fs';
import { sha256 } from '../../base/digest.ts';
import { DeadweightError } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import { normalizeName } from '../../oci/docker-name.ts';
import { isCompressedLayer } from '../../oci/media-type.ts';
import type { Choice, Image, OpenOptions } from '../image.ts';
import { assertSameLayerCount, manifestFacts } from '../image-facts.ts';
import { createImage } from '../opened-image.ts';
import { findLayers, ImageStore, type ListedImage } from '../store/image-store.ts';
import { findStorages, type StorageLocation } from '../store/storage-location.ts';
import { podmanAccess } from '../store/store-access.ts';
import { StoreReader } from '../store/store-reader.ts';
import { chooseWithPlatforms, type DocumentFiles, findCandidates } from './image-candidates.ts';

const MANIFEST = 'manifest';

/**
 * Opens `containers-storage:[DRIVER@ROOT]NAME`, an image of podman, buildah or CRI-O, where it lies. Its layers are
 * unpacked there; digests and compressed sizes are those of the manifest that was pulled.
 * https://github.com/containers/image/blob/main/docs/containers-transports.5.md
 * @throws DeadweightError `input-missing`, `image-not-found`, `permission-denied`, `platform-unknown`, `blob-missing`, …
 */
export async function openStoredImage(text: string, choice: Choice, options: OpenOptions): Promise<Image> {
  const { locations, name } = readStoredName(text);
  const stores = (locations ?? findStorages(options, process.getuid?.() ?? -1)).map(
    each => new ImageStore(each),
  );
  const { store, image } = findImage(stores, name);
  const medium = `the store ${store.root}`;
  const files: DocumentFiles = {
    name: medium,
    has: key => store.readDocument(image, key) !== null,
    read: key => store.readDocument(image, key),
  };
  const bytes = files.read(MANIFEST) ?? new Uint8Array();
  const root = {
    mediaType: '',
    digest: sha256(bytes),
    size: bytes.length,
    platform: null,
    annotations: {},
    artifactType: null,
  };
  const pathOf = (digest: string) => {
    if (digest === root.digest) return MANIFEST;
    const key = `${MANIFEST}-${digest}`;
    return files.has(key) ? key : digest;
  };
  const chosen = chooseWithPlatforms(findCandidates(files, [root], pathOf), choice);
  const facts = manifestFacts({
    ...chosen,
    reference: choice.reference,
    medium,
    pathOf: layer => layer.digest,
  });
  const layers = findLayers(stores, image.layer);
  assertSameLayerCount(layers.length, chosen.config, `The image ${image.id.slice(0, 12)} of ${medium}`);
  // What the manifest tells of is what was pulled; what lies here is that unpacked.
  const unpacked = facts.layers.map(layer => ({
    ...layer,
    // The manifest of an image that was built here has a layer as it would be without compression, and no blob of it.
    compressedSize:
      layer.mediaType !== null && isCompressedLayer(layer.mediaType) ? layer.compressedSize : null,
    stored: { ...layer.stored, digest: null, size: null },
  }));
  return createImage(
    { ...facts, layers: unpacked },
    new StoreReader(layers, { isByPosition: false, access: podmanAccess }),
  );
}

/** Reads `[DRIVER@ROOT+RUNROOT:OPTIONS]NAME`: of the options, `overlay.imagestore=ROOT` names stores of base images. */
export function readStoredName(text: string): {
  /** null where the configuration says which. */
  readonly locations: readonly StorageLocation[] | null;
  readonly name: string;
} {
  const [, inner, name = ''] = /^(?:\[([^\]]*)\])?(.*)$/s.exec(text) ?? [];
  if (inner === undefined) return { locations: null, name };
  const [, driver = null, root = '', options = ''] =
    /^(?:(\w+)@)?([^+:]*)[^:]*(?::(.*))?$/s.exec(inner) ?? [];
  const others = options.split(',').flatMap(option => {
    const [, other] = /^(?:\w*\.)?(?:additional)?imagestore=(.+)$/.exec(option) ?? [];
    return other === undefined ? [] : [other];
  });
  return { locations: [root, ...others].map(each => ({ root: each, driver })), name };
}

function findImage(
  stores: readonly ImageStore[],
  name: string,
): { readonly store: ImageStore; readonly image: ListedImage } {
  const listed = stores.flatMap((store, index) => {
    // Those that are named beside the first may be of another machine.
    const images = index === 0 || existsSync(store.listPath) ? store.images() : null;
    return images === null ? [] : [{ store, images }];
  });
  if (listed.length === 0) throw storeMissing(stores);
  for (const { store, images } of listed) {
    const image = chooseImage(images, name);
    if (image !== null) return { store, image };
  }
  const names = listed.flatMap(({ images }) => images.flatMap(image => image.names));
  throw new DeadweightError('image-not-found', {
    message: `The store ${stores[0]?.root ?? ''} has no image ${printable(name)}; it has ${names.slice(0, 20).map(printable).join(', ') || 'none'}.`,
    remedy: 'Name one of them, or pull or build it first; root and each user have a store of their own.',
  });
}

function storeMissing([store]: readonly ImageStore[]): DeadweightError {
  const { root = '', listPath = '' } = store ?? {};
  return new DeadweightError('input-missing', {
    message: `There is no store of podman or buildah in ${printable(root)}: ${printable(listPath)} does not exist.`,
    remedy:
      'Run podman info to see where it is (root and each user have their own), and write containers-storage:[overlay@GRAPHROOT]NAME.',
  });
}

/**
 * As podman does: by its whole name, one of this machine, Docker Hub's, the end of a name, an ID. `NAME@DIGEST` and `NAME@ID`
 * are an image that has a name of that repository, whatever its tag.
 * https://github.com/containers/image/blob/main/storage/storage_reference.go
 */
function chooseImage(images: readonly ListedImage[], text: string): ListedImage | null {
  const [, name = text, id] = /^(.*)@([0-9a-f]{3,64})$/s.exec(text) ?? [];
  if (id !== undefined) {
    const found = imageOfId(images, id);
    return found !== null && (name === '' || isOfRepository(found, name)) ? found : null;
  }
  return imageOfName(images, name) ?? imageOfId(images, name.replace(/^sha256:/, ''));
}

function imageOfName(images: readonly ListedImage[], name: string): ListedImage | null {
  const hub = normalizeName(name);
  if (hub === null) return null;
  const [, digest] = /@(.+)$/.exec(name) ?? [];
  if (digest !== undefined) {
    return images.find(image => image.digests.includes(digest) && isOfRepository(image, name)) ?? null;
  }
  const tagged = /:[^/]*$/.test(name) ? name : `${name}:latest`;
  const named = [name, `localhost/${tagged}`, hub].map(wanted =>
    images.find(image => image.names.includes(wanted)),
  );
  const ending = images.filter(image => image.names.some(each => each.endsWith(`/${tagged}`)));
  return named.find(Boolean) ?? (ending.length === 1 ? ending[0] : undefined) ?? null;
}

/** @param id all of it, or as much as no other image's has */
function imageOfId(images: readonly ListedImage[], id: string): ListedImage | null {
  if (!/^[0-9a-f]{3,64}$/.test(id)) return null;
  const [image, another] = images.filter(each => each.id.startsWith(id));
  return image !== undefined && another === undefined ? image : null;
}

/** Whether one of its names is of the repository that a name is of: written whole, without Docker Hub, or the end of it. */
function isOfRepository(image: ListedImage, name: string): boolean {
  const written = repositoryOf(name);
  const whole = repositoryOf(normalizeName(name) ?? name);
  return image.names
    .map(repositoryOf)
    .some(repository => repository === whole || repository.endsWith(`/${written}`));
}

function repositoryOf(name: string): string {
  return name.replace(/@.*$/s, '').replace(/:[^/:]*$/, '');
}
