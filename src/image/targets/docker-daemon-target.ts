import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { DeadweightError } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { DockerName } from '../../oci/docker-name.ts';
import { formatDockerName } from '../../oci/docker-name.ts';
import { BLOCK } from '../../tar/header.ts';
import { openRandomAccess, streamRange } from '../../tar/random-access.ts';
import { ChunkPipe } from '../chunk-pipe.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { blobPath } from '../sources/image-candidates.ts';
import { type ArchiveDocuments, archiveEntry, fileHeader, padding } from './archive-target.ts';
import { openCounted } from './counted-blob.ts';
import type {
  BlobIdentity,
  ImageTarget,
  OutgoingBlob,
  OutgoingDocument,
  UnfinishedPaths,
  WrittenImage,
} from './image-target.ts';
import { PartialFile } from './partial-file.ts';
import { writeBlobTo } from './written-blob.ts';

interface EngineTargetOptions {
  readonly reference: string;
  readonly name: DockerName;
  readonly client: EngineClient;
  /** Whether it keeps images by containerd: then it keeps blobs as they are. */
  readonly keepsBlobs: boolean;
  readonly documents: ArchiveDocuments;
  /** Of the run, for blobs that nobody knows the length of before they are made. */
  readonly temporaryDir: string;
  readonly unfinished: UnfinishedPaths;
}

/** Sends an image to an engine as `docker load` does, while it is made. The engine takes all of it or nothing. */
export class DockerDaemonTarget implements ImageTarget {
  readonly reference: string;
  readonly usualCompression: ImageTarget['usualCompression'];
  readonly #options: EngineTargetOptions;
  readonly #written = new Set<string>();
  #sending: { readonly pipe: ChunkPipe; readonly loaded: Promise<void> } | null = null;

  constructor(options: EngineTargetOptions) {
    this.#options = options;
    this.reference = options.reference;
    this.usualCompression = options.keepsBlobs ? 'gzip' : 'none';
  }

  async write(blob: OutgoingBlob): Promise<BlobIdentity> {
    const { known } = blob;
    if (known === null) return await this.#writeByFile(blob);
    if (!this.#written.has(known.digest)) await this.#send(known, openCounted(blob).chunks);
    return known;
  }

  async commit(images: readonly WrittenImage[], index: OutgoingDocument | null): Promise<void> {
    const documents = this.#options.documents(images, index);
    for (const { path, bytes } of documents) await this.#push(archiveEntry(path, bytes));
    await this.#push(Buffer.alloc(2 * BLOCK));
    const { pipe, loaded } = this.#begin();
    pipe.end();
    await loaded;
    this.#sending = null;
    await this.#assertLoaded(images, index);
  }

  async close(): Promise<void> {
    const sending = this.#sending;
    this.#sending = null;
    // An archive that breaks off is nothing to the engine.
    sending?.pipe.fail(new Error('it is given up'));
    this.#options.client.close();
    await sending?.loaded.catch(() => undefined);
  }

  /** The header of a file has its name and length. */
  async #writeByFile(blob: OutgoingBlob): Promise<BlobIdentity> {
    const { temporaryDir, unfinished } = this.#options;
    const path = join(temporaryDir, 'outgoing-blob');
    const file = await PartialFile.create(path, unfinished);
    try {
      const found = await writeBlobTo(file, blob);
      if (this.#written.has(found.digest)) return found;
      await file.commit();
      const source = openRandomAccess(path);
      try {
        await this.#send(found, streamRange(source, { start: 0, length: source.size }));
      } finally {
        source.close();
      }
      return found;
    } finally {
      await file.discard();
      await file.remove();
    }
  }

  async #send({ digest, size }: BlobIdentity, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#push(fileHeader(blobPath(digest), size));
    for await (const chunk of chunks) await this.#push(chunk);
    await this.#push(padding(size));
    this.#written.add(digest);
  }

  /** @throws what the engine says when it has refused */
  async #push(chunk: Uint8Array): Promise<void> {
    const { pipe, loaded } = this.#begin();
    if (pipe.abandoned) return await loaded;
    const waiting = pipe.write(chunk);
    if (waiting !== undefined) await Promise.race([waiting, loaded]);
  }

  #begin() {
    if (this.#sending !== null) return this.#sending;
    const pipe = new ChunkPipe();
    const loaded = this.#options.client.load({ open: () => pipe, isWhole: true });
    loaded.catch(() => pipe.abandon());
    this.#sending = { pipe, loaded };
    return this.#sending;
  }

  /** An engine may say that all is well and have no image. @throws DeadweightError `output-unwritable` */
  async #assertLoaded(images: readonly WrittenImage[], index: OutgoingDocument | null): Promise<void> {
    const { client, name, keepsBlobs } = this.#options;
    const text = formatDockerName(name);
    const root = keepsBlobs ? (index ?? images[0]?.manifest) : images[0]?.config;
    const found = await client.inspect(text).catch((error: unknown) => {
      if (error instanceof DeadweightError && error.code === 'image-not-found') return null;
      throw error;
    });
    if (found !== null && found.id === root?.digest) return;
    throw new DeadweightError('output-unwritable', {
      message: `The engine took the image, and ${printable(text)} is ${found === null ? 'not there' : `another (${found.id})`}.`,
      remedy: 'Look at the log of the engine, or write an archive: docker-archive:PATH.',
    });
  }
}
