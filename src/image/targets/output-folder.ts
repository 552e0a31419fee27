import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, sha256 } from '../../base/digest.ts';
import { systemErrorCode } from '../../base/errors.ts';
import {
  clearStaged,
  makeOutputFolder,
  missingFolders,
  outputError,
  removeFolders,
  removeNow,
} from '../../base/partial-output.ts';
import type { BlobIdentity, OutgoingBlob, UnfinishedPaths } from './image-target.ts';
import { PartialFile } from './partial-file.ts';
import type { NamedDocument } from './saved-documents.ts';
import { writeBlobTo } from './written-blob.ts';

/** All blobs lie in one folder, wherever one of them is. */
const emptyDigest = () => sha256(new Uint8Array());

/** What `randomInt` takes at most: no two files have one number. */
const MOST_FILES = 2 ** 48 - 1;

/** A file that is written, and waits for the others. */
interface StagedFile {
  readonly file: PartialFile;
  /** Bytes. */
  readonly size: number;
}

/**
 * A folder that files are written to. They get their names all at once: until then no other run takes one for its own, and what
 * is removed where one fails is nobody else's.
 */
export class OutputFolder {
  readonly path: string;
  readonly #unfinished: UnfinishedPaths;
  /** By their paths below the folder. */
  readonly #staged = new Map<string, StagedFile>();
  /** That were not there before. */
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
    if (known !== null && (await this.#has(pathOf(known.digest), known.size))) return known;
    const file = await this.#create(dirname(pathOf(emptyDigest())));
    let isStaged = false;
    try {
      const found = await writeBlobTo(file, blob);
      const path = pathOf(found.digest);
      if (await this.#has(path, found.size)) return found;
      await this.#stage(file, path);
      isStaged = true;
      return found;
    } finally {
      if (!isStaged) await file.discard();
    }
  }

  /** Writes a small file in place of the one that is there. @throws DeadweightError as `writeBlob` */
  async writeDocument({ path, bytes }: NamedDocument): Promise<void> {
    const file = await this.#create(dirname(path));
    let isStaged = false;
    try {
      await file.write(bytes);
      await this.#stage(file, path);
      isStaged = true;
    } finally {
      if (!isStaged) await file.discard();
    }
  }

  /**
   * Puts all that was written in its place, in the order in which it was written, in one turn.
   * @throws DeadweightError as `writeBlob`; then nothing is there that was not before
   */
  commit(): void {
    const placed: string[] = [];
    try {
      for (const [path, { file }] of this.#staged) {
        const place = join(this.path, path);
        const isNew = !existsSync(place);
        file.place(place);
        if (isNew) placed.push(place);
      }
    } catch (error) {
      removeNow(placed, []);
      throw error;
    }
    this.#staged.clear();
    this.#forgetFolders();
  }

  /** Removes what was written and not committed. Twice is harmless. */
  async discard(): Promise<void> {
    for (const { file } of this.#staged.values()) await file.discard();
    this.#staged.clear();
    await removeFolders(this.#madeFolders);
    this.#forgetFolders();
  }

  #forgetFolders(): void {
    for (const path of this.#madeFolders) this.#unfinished.folders.delete(path);
    this.#madeFolders.length = 0;
  }

  /** @param folder below this one */
  async #create(folder: string): Promise<PartialFile> {
    const file = join(this.path, folder, 'file');
    for (const missing of await missingFolders(dirname(file))) {
      this.#madeFolders.push(missing);
      this.#unfinished.folders.add(missing);
    }
    try {
      await makeOutputFolder(dirname(file));
    } catch (error) {
      throw outputError(file, error);
    }
    await clearStaged(file);
    // Processes of two containers may have the same number.
    return await PartialFile.create(`${file}.${randomInt(MOST_FILES)}`, this.#unfinished);
  }

  /** @param path below the folder */
  async #stage(file: PartialFile, path: string): Promise<void> {
    await file.finish(join(this.path, path));
    const before = this.#staged.get(path);
    this.#staged.set(path, { file, size: file.position });
    await before?.file.discard();
  }

  async #has(path: string, size: number): Promise<boolean> {
    const staged = this.#staged.get(path);
    if (staged !== undefined) return staged.size === size;
    const found = await stat(join(this.path, path)).catch(() => null);
    return found?.isFile() === true && found.size === size;
  }
}
