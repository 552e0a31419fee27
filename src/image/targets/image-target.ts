import type { DiffId, Digest } from '../../base/digest.ts';
import type { Platform } from '../../base/platform.ts';
import type { DockerName } from '../../oci/docker-name.ts';

/** What a blob is told by. */
export interface BlobIdentity {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** The bytes of a blob, once. */
export interface BlobStream {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Of what has passed, when all of it has: whoever makes the bytes hashes them. */
  identity(): Promise<BlobIdentity>;
}

/** A blob that is to be written. */
export interface OutgoingBlob {
  /** For messages: `layer 3`. */
  readonly name: string;
  /** What it is, where that is known before its bytes have passed. */
  readonly known: BlobIdentity | null;
  /** A repository that holds it already, for registries that can take it from there. */
  readonly from: DockerName | null;
  /** Its bytes, afresh: a connection may break. They are checked while they pass. */
  open(): BlobStream;
  /**
   * The same for who copies the bytes and hashes what was written: each chunk is overwritten when the next one is asked for.
   * Absent where that is no cheaper.
   */
  lend?(): AsyncIterable<Uint8Array>;
}

/** A manifest or an index as it is written. */
export interface OutgoingDocument extends BlobIdentity {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** One platform of an image whose blobs, the config among them, have been written. */
export interface WrittenImage {
  readonly platform: Platform;
  readonly manifest: OutgoingDocument;
  readonly config: BlobIdentity;
  /** Lowest first. */
  readonly layers: readonly WrittenLayer[];
}

export interface WrittenLayer extends BlobIdentity {
  readonly diffId: DiffId;
}

/** Where an image is written to. Nobody sees anything of it before `commit`. */
export interface ImageTarget {
  /** As the user wrote it, without credentials: `docker://ghcr.io/owner/app:1`. */
  readonly reference: string;
  /** What a layer is packed with where nothing else is wanted and none of its own is there. */
  readonly usualCompression: 'none' | 'gzip';
  /**
   * Writes a blob, unless it is there already.
   * @throws DeadweightError what opening and reading it throws; as the medium refuses it
   */
  write(blob: OutgoingBlob): Promise<BlobIdentity>;
  /**
   * Makes the image appear under its name, with all platforms, at once.
   * @param index of several platforms; null where there is one
   * @throws DeadweightError as the medium refuses it
   */
  commit(images: readonly WrittenImage[], index: OutgoingDocument | null): Promise<void>;
  /** Takes back what was written and not committed, and releases what was opened. Twice is harmless. */
  close(): Promise<void>;
}

/** What is removed when the run is broken off: files, and of the folders those that are empty then. */
export interface UnfinishedPaths {
  readonly files: Set<string>;
  readonly folders: Set<string>;
}
