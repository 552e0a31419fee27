import { Buffer } from 'node:buffer';
import { BLOCK, paddedSize } from '../../tar/header.ts';
import { writeHeader } from '../../tar/header-writer.ts';
import { blobPath } from '../sources/image-candidates.ts';
import type {
  BlobIdentity,
  ImageTarget,
  OutgoingBlob,
  OutgoingDocument,
  UnfinishedPaths,
  WrittenImage,
} from './image-target.ts';
import { PartialFile } from './partial-file.ts';
import type { NamedDocument } from './saved-documents.ts';
import { writeBlobTo } from './written-blob.ts';

/** What an archive has beside its blobs. */
export type ArchiveDocuments = (
  images: readonly WrittenImage[],
  index: OutgoingDocument | null,
) => readonly NamedDocument[];

interface ArchiveOptions {
  readonly reference: string;
  readonly path: string;
  readonly usualCompression: ImageTarget['usualCompression'];
  readonly documents: ArchiveDocuments;
  readonly unfinished: UnfinishedPaths;
}

/**
 * An archive of an image, in a file: blobs by their digests, as an OCI layout has them, and what describes them behind. The
 * same image makes the same bytes.
 */
export class ArchiveTarget implements ImageTarget {
  readonly reference: string;
  readonly usualCompression: ImageTarget['usualCompression'];
  readonly #options: ArchiveOptions;
  readonly #written = new Set<string>();
  #file: PartialFile | null = null;

  constructor(options: ArchiveOptions) {
    this.#options = options;
    this.reference = options.reference;
    this.usualCompression = options.usualCompression;
  }

  async write(blob: OutgoingBlob): Promise<BlobIdentity> {
    if (blob.known !== null && this.#written.has(blob.known.digest)) return blob.known;
    const file = await this.#open();
    const start = file.position;
    // What it is called, and how long it is, is often known when it has passed.
    await file.write(Buffer.alloc(BLOCK));
    const found = await writeBlobTo(file, blob);
    if (this.#written.has(found.digest)) {
      await file.truncate(start);
      return found;
    }
    await file.write(padding(found.size));
    await file.overwrite(fileHeader(blobPath(found.digest), found.size), start);
    this.#written.add(found.digest);
    return found;
  }

  async commit(images: readonly WrittenImage[], index: OutgoingDocument | null): Promise<void> {
    const documents = this.#options.documents(images, index);
    const file = await this.#open();
    for (const { path, bytes } of documents) await file.write(archiveEntry(path, bytes));
    await file.write(Buffer.alloc(2 * BLOCK));
    await file.commit();
    this.#file = null;
  }

  async close(): Promise<void> {
    await this.#file?.discard();
    this.#file = null;
  }

  async #open(): Promise<PartialFile> {
    this.#file ??= await PartialFile.create(this.#options.path, this.#options.unfinished);
    return this.#file;
  }
}

/** The header of a file of an archive: one block, whatever its size. */
export function fileHeader(path: string, size: number): Buffer {
  return writeHeader({
    path: Buffer.from(path),
    kind: 'file',
    mode: 0o644,
    size,
    mtime: 0,
    isOneBlock: true,
  });
}

/** A small file of an archive, with its header. */
export function archiveEntry(path: string, bytes: Uint8Array): Buffer {
  return Buffer.concat([fileHeader(path, bytes.length), bytes, padding(bytes.length)]);
}

/** What follows a content up to the next block. */
export function padding(size: number): Buffer {
  return Buffer.alloc(paddedSize(size) - size);
}
