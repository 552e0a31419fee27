import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, sha256 } from '../../base/digest.ts';
import { systemErrorCode } from '../../base/errors.ts';
import { makeOutputFolder, missingFolders, outputError, removeFolders } from '../../base/partial-output.ts';
import type { BlobIdentity, OutgoingBlob, UnfinishedPaths } from './image-target.ts';
import { PartialFile } from './partial-file.ts';
import type { NamedDocument } from './saved-documents.ts';
import { writeBlobTo } from './written-blob.ts';

/** All blobs lie in one folder, wherever one of them is. */
const emptyDigest = () => sha256(new Uint8Array());

/** A folder that files are written to, whole each. What is not kept is removed again. */
export class OutputFolder {
  readonly path: string;
  readonly #unfinished: UnfinishedPaths;
  /** Files and folders that were not there before. */
  readonly #madeFiles: string[] = [];
  readonly #madeFolders: string[] = [];

  constructor(path: string, unfinished: UnfinishedPaths) {
    this.path = path;
    this.#unfinished = unfinished;
  }

  /** Names in it; null where it is not there. @throws DeadweightError `output-unwritable`, `permission-denied` */
  async list(): Promise<readonly string[] | null> {
    try {
      return await readdir(this.path);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return null;
      throw outputError(this.path, error);
    }
  }

  /**
   * Writes a blob, unless one of its size is there.
   * @param pathOf where a blob is, below the folder
   * @throws DeadweightError `disk-full`, `permission-denied`, `output-unwritable`; and what reading the blob throws
   */
  async writeBlob(blob: OutgoingBlob, pathOf: (digest: Digest) => string): Promise<BlobIdentity> {
    const { known } = blob;
    if (known !== null && (await this.#sizeOf(pathOf(known.digest))) === known.size) return known;
    const folder = dirname(pathOf(emptyDigest()));
    const file = await this.#create(join(folder, 'blob'));
    try {
      const found = await writeBlobTo(file, blob);
      const path = pathOf(found.digest);
      if ((await this.#sizeOf(path)) === found.size) return found;
      this.#note(path);
      await file.commit(join(this.path, path));
      return found;
    } finally {
      await file.discard();
    }
  }

  /** Writes a small file in place of the one that is there. @throws DeadweightError as `writeBlob` */
  async writeDocument({ path, bytes }: NamedDocument): Promise<void> {
    const file = await this.#create(path);
    try {
      await file.write(bytes);
      if ((await this.#sizeOf(path)) === null) this.#note(path);
      await file.commit();
    } finally {
      await file.discard();
    }
  }

  /** What was written stays. */
  keep(): void {
    for (const path of this.#madeFiles) this.#unfinished.files.delete(path);
    for (const path of this.#madeFolders) this.#unfinished.folders.delete(path);
    this.#madeFiles.length = 0;
    this.#madeFolders.length = 0;
  }

  /** Removes what was made and not kept. Twice is harmless. */
  async discard(): Promise<void> {
    for (const path of this.#madeFiles) await rm(path, { force: true }).catch(() => undefined);
    await removeFolders(this.#madeFolders);
    this.keep();
  }

  async #create(path: string): Promise<PartialFile> {
    const file = join(this.path, path);
    for (const folder of await missingFolders(dirname(file))) {
      this.#madeFolders.push(folder);
      this.#unfinished.folders.add(folder);
    }
    try {
      await makeOutputFolder(dirname(file));
    } catch (error) {
      throw outputError(file, error);
    }
    return await PartialFile.create(file, this.#unfinished);
  }

  #note(path: string): void {
    const made = join(this.path, path);
    this.#madeFiles.push(made);
    this.#unfinished.files.add(made);
  }

  async #sizeOf(path: string): Promise<number | null> {
    const found = await stat(join(this.path, path)).catch(() => null);
    return found?.isFile() ? found.size : null;
  }
}
