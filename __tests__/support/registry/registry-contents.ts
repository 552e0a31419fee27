import type { FabricatedBlob, FabricatedImage } from '../fabricate/image.ts';

/** What is asked for: a blob by its digest, a manifest by its tag or digest. */
interface Wanted {
  readonly repository: string;
  readonly kind: string;
  readonly reference: string;
}

/** Blobs, manifests and tags of a registry. */
export class RegistryContents {
  readonly #blobs = new Map<string, FabricatedBlob>();
  /** Digests, by repository. */
  readonly #held = new Map<string, Set<string>>();
  readonly #manifests = new Map<string, FabricatedBlob>();

  /** @param more documents, by `NAME:TAG` or digest */
  constructor(images: readonly FabricatedImage[], more: Readonly<Record<string, FabricatedBlob>>) {
    for (const { config, layers, manifest, tags } of images) {
      for (const tag of tags) {
        const repository = tag.slice(0, tag.lastIndexOf(':'));
        for (const blob of [config, ...layers]) this.addBlob(repository, blob);
        this.addManifest(repository, tag.slice(repository.length + 1), manifest);
      }
      for (const blob of [config, ...layers]) this.#blobs.set(blob.digest, blob);
      this.#manifests.set(manifest.digest, manifest);
    }
    for (const [reference, blob] of Object.entries(more)) {
      this.#manifests.set(reference, blob);
      this.#manifests.set(blob.digest, blob);
    }
  }

  find({ repository, kind, reference }: Wanted): FabricatedBlob | undefined {
    if (kind === 'blobs') return this.#blobs.get(reference);
    return this.#manifests.get(reference.includes(':') ? reference : `${repository}:${reference}`);
  }

  /** A blob that the repository itself has. */
  held(repository: string, digest: string): FabricatedBlob | undefined {
    return this.#held.get(repository)?.has(digest) ? this.#blobs.get(digest) : undefined;
  }

  addBlob(repository: string, blob: FabricatedBlob): void {
    this.#blobs.set(blob.digest, blob);
    this.#held.set(repository, (this.#held.get(repository) ?? new Set()).add(blob.digest));
  }

  /** @param reference its digest, or a tag */
  addManifest(repository: string, reference: string, manifest: FabricatedBlob): void {
    this.#manifests.set(manifest.digest, manifest);
    if (!reference.includes(':')) this.#manifests.set(`${repository}:${reference}`, manifest);
  }

  /** What a tag names. @param name `app:1` */
  tag(name: string): string | undefined {
    return this.#manifests.get(name)?.digest;
  }
}
