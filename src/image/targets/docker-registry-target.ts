import { DeadweightError } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { DockerName } from '../../oci/docker-name.ts';
import type { OpenOptions } from '../image.ts';
import { findPlaces, type RegistryPlace } from '../registry/registries-conf.ts';
import { optionsFor } from '../registry/registry-session.ts';
import { RegistryUploads } from '../registry/registry-upload.ts';
import type {
  BlobIdentity,
  ImageTarget,
  OutgoingBlob,
  OutgoingDocument,
  WrittenImage,
} from './image-target.ts';

/** What writing to a registry needs from outside. */
type RegistryTargetOptions = Pick<OpenOptions, 'env' | 'homeDir' | 'exec' | 'log'>;

/**
 * Writes to `docker://NAME[:TAG]`; nothing is asked of the registry yet. Registries of this machine (loopback) may do
 * without TLS, as for Docker; credentials are those of `docker login` or `podman login`. Of registries.conf, the location and
 * what it permits count; its mirrors are never written to.
 * @param reference as the user wrote it, without credentials
 * @throws DeadweightError `reference-invalid` for a digest, `config-invalid`, `permission-denied` for a blocked registry
 */
export async function openRegistryTarget(
  name: DockerName,
  reference: string,
  options: RegistryTargetOptions,
): Promise<ImageTarget> {
  if (name.digest !== null) throw namedByDigest(reference);
  const place = await findOwnPlace(name, options);
  const uploads = new RegistryUploads(optionsFor(place, options));
  return new RegistryTarget(reference, name.tag ?? 'latest', place, uploads, options);
}

class RegistryTarget implements ImageTarget {
  readonly reference: string;
  readonly usualCompression = 'gzip';
  readonly #tag: string;
  readonly #place: RegistryPlace;
  readonly #uploads: RegistryUploads;
  readonly #options: RegistryTargetOptions;

  constructor(
    reference: string,
    tag: string,
    place: RegistryPlace,
    uploads: RegistryUploads,
    options: RegistryTargetOptions,
  ) {
    this.reference = reference;
    this.#tag = tag;
    this.#place = place;
    this.#uploads = uploads;
    this.#options = options;
  }

  async write(blob: OutgoingBlob): Promise<BlobIdentity> {
    return await this.#uploads.blob(blob, blob.from && (await this.#sourceOf(blob.from)));
  }

  async commit(images: readonly WrittenImage[], index: OutgoingDocument | null): Promise<void> {
    const [only, ...others] = images;
    if (index === null) {
      if (!only || others.length > 0) throw new TypeError('several images have an index');
      return await this.#uploads.manifest(this.#tag, only.manifest);
    }
    for (const { manifest } of images) await this.#uploads.manifest(manifest.digest, manifest);
    // The tag last: until then nobody sees any of it.
    await this.#uploads.manifest(this.#tag, index);
  }

  async close(): Promise<void> {
    await this.#uploads.close();
  }

  /** The repository at the same place that a blob can be taken from; null where it is none of the registry. */
  async #sourceOf(from: DockerName): Promise<string | null> {
    try {
      const { registry, repository } = await findOwnPlace(from, this.#options);
      const isElsewhere = registry !== this.#place.registry || repository === this.#place.repository;
      return isElsewhere ? null : repository;
    } catch {
      // It is a short cut and no more.
      return null;
    }
  }
}

/** Where the registry itself is. */
async function findOwnPlace(
  { registry, repository }: DockerName,
  options: RegistryTargetOptions,
): Promise<RegistryPlace> {
  const place = (await findPlaces({ registry, repository, hasDigest: false }, options)).at(-1);
  if (!place) throw new TypeError('the last place is the registry itself');
  return place;
}

function namedByDigest(reference: string): DeadweightError {
  return new DeadweightError('reference-invalid', {
    message: `${printable(reference)} names an image by its digest: what is written there has one of its own.`,
    remedy: 'Write a tag instead of the digest: docker://NAME:TAG.',
  });
}
