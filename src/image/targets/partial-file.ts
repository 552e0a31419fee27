import { Buffer } from 'node:buffer';
import { renameSync } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { digestOfHex } from '../../base/digest.ts';
import { DeadweightError } from '../../base/errors.ts';
import {
  clearPartials,
  makeOutputFolder,
  missingFolders,
  outputError,
  partialPath,
  removeFolders,
} from '../../base/partial-output.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { FileHashThread, GrowingHash } from '../../layer/file-hash-thread.ts';
import type { BlobIdentity, UnfinishedPaths } from './image-target.ts';

/** Bytes that are gathered before they are written. */
const PIECE = 1024 * 1024;

/** A hash of what is written to a file. */
export interface FileHash {
  /** Of all that was written since. @throws DeadweightError as `PartialFile.create` */
  finish(): Promise<BlobIdentity>;
  /** Nobody wants it. */
  abandon(): void;
}

/** A file that is written beside its path, and takes its place when all of it is there. Its folder is made where it is missing. */
export class PartialFile {
  readonly path: string;
  readonly #partial: string;
  readonly #unfinished: UnfinishedPaths;
  readonly #handle: FileHandle;
  /** That were not there, the highest first. */
  #madeFolders: readonly string[];
  #isOpen = true;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Bytes that were handed over. */
  #position = 0;
  #writing: Promise<unknown> = Promise.resolve();
  /** What was copied and is not written. */
  #staged: { readonly bytes: Buffer; length: number } | null = null;
  /** Buffers that were written. */
  readonly #spare: Buffer[] = [];
  #growing: GrowingHash | null = null;

  private constructor(
    path: string,
    unfinished: UnfinishedPaths,
    handle: FileHandle,
    madeFolders: readonly string[],
  ) {
    this.path = path;
    this.#partial = partialPath(path);
    this.#unfinished = unfinished;
    this.#handle = handle;
    this.#madeFolders = madeFolders;
  }

  /** @throws DeadweightError `disk-full`, `permission-denied`, `output-unwritable` */
  static async create(path: string, unfinished: UnfinishedPaths): Promise<PartialFile> {
    const partial = partialPath(path);
    await assertReplaceable(path);
    const folders = await missingFolders(dirname(path));
    try {
      for (const folder of folders) unfinished.folders.add(folder);
      unfinished.files.add(partial);
      await makeOutputFolder(dirname(path));
      await clearPartials(path);
      // Others may guess its name: what is there is not written to, and no link is followed.
      await rm(partial, { force: true });
      return new PartialFile(path, unfinished, await open(partial, 'wx+'), folders);
    } catch (error) {
      await removeFolders(folders);
      for (const folder of folders) unfinished.folders.delete(folder);
      unfinished.files.delete(partial);
      throw outputError(path, error);
    }
  }

  get position(): number {
    return this.#position;
  }

  /** Chunks are kept until they are written: nobody may change them. @throws DeadweightError as `create` */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.#staged !== null) await this.#flush();
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    this.#position += chunk.length;
    if (this.#waitingBytes >= PIECE) await this.#flush();
  }

  /** As `write`, of a chunk that may be used again at once. @throws DeadweightError as `create` */
  async copy(chunk: Uint8Array): Promise<void> {
    if (this.#waitingBytes > 0) await this.#flush();
    let rest = chunk;
    while (rest.length > 0) {
      this.#staged ??= { bytes: this.#spare.pop() ?? Buffer.allocUnsafeSlow(PIECE), length: 0 };
      const { bytes, length } = this.#staged;
      const count = Math.min(bytes.length - length, rest.length);
      bytes.set(rest.subarray(0, count), length);
      this.#staged.length += count;
      this.#position += count;
      rest = rest.subarray(count);
      if (this.#staged.length === bytes.length) await this.#flush();
    }
  }

  /**
   * Hashes what is written from here on, on a thread that reads it again.
   * @param thread with no hash under way
   */
  hash(thread: FileHashThread): FileHash {
    const start = this.#position;
    const hash = thread.grow('sha256', this.#handle.fd, start);
    this.#growing = hash;
    return {
      finish: async () => {
        await this.#settle();
        this.#growing = null;
        const hex = await this.#guard(hash.digest());
        return { digest: digestOfHex(hex), size: this.#position - start };
      },
      abandon: () => {
        this.#growing = null;
        hash.abandon();
      },
    };
  }

  /** Writes over what is there. @throws DeadweightError as `create` */
  async overwrite(bytes: Uint8Array, position: number): Promise<void> {
    await this.#settle();
    await this.#guard(writeAll(this.#handle, [bytes], position));
  }

  /** Takes back all behind a position. @throws DeadweightError as `create` */
  async truncate(position: number): Promise<void> {
    await this.#settle();
    await this.#guard(this.#handle.truncate(position));
    this.#position = position;
  }

  /**
   * Puts it in its place, with the permissions of the file that was there.
   * @param path in the same folder; the one that it was made for when absent
   * @throws DeadweightError as `create`
   */
  async commit(path = this.path): Promise<void> {
    await this.finish(path);
    this.place(path);
  }

  /** Writes the rest of it, and gives it the permissions of a file that it is to replace. @throws DeadweightError as `create` */
  async finish(path = this.path): Promise<void> {
    await this.#settle();
    const present = await stat(path).catch(() => null);
    if (present?.isFile()) await this.#guard(this.#handle.chmod(present.mode & 0o7777));
    await this.#close();
    // It may wait for others.
    this.#spare.length = 0;
  }

  /**
   * Puts it in its place, finished. In one turn, so that who breaks off the run finds it in its place and wanted, or neither.
   * @throws DeadweightError as `create`
   */
  place(path = this.path): void {
    try {
      renameSync(this.#partial, path);
    } catch (error) {
      throw outputError(path, error);
    }
    this.#forget();
  }

  /** Removes it, unless it is in its place. Twice is harmless. */
  async discard(): Promise<void> {
    await this.#writing.catch(() => undefined);
    // Nobody needs its bytes any more, written or not.
    await this.#close().catch(() => undefined);
    await rm(this.#partial, { force: true }).catch(() => undefined);
    await removeFolders(this.#madeFolders);
    this.#forget();
  }

  /** Removes it from its place. */
  async remove(): Promise<void> {
    await rm(this.path, { force: true }).catch(() => undefined);
  }

  /** It needs no removal any more. */
  #forget(): void {
    this.#unfinished.files.delete(this.#partial);
    for (const folder of this.#madeFolders) this.#unfinished.folders.delete(folder);
    this.#madeFolders = [];
  }

  async #close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#guard(this.#handle.close());
  }

  /** Writes what was gathered, while more of it is. */
  async #flush(): Promise<void> {
    await this.#guard(this.#writing);
    const staged = this.#staged;
    this.#staged = null;
    // Either is there, and not both: `write` and `copy` each put down first what the other has left.
    const chunks = staged === null ? this.#waiting : [staged.bytes.subarray(0, staged.length)];
    const end = this.#position;
    const position = end - (staged?.length ?? this.#waitingBytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#writing = writeAll(this.#handle, chunks, position).then(() => {
      if (staged !== null) this.#spare.push(staged.bytes);
      this.#growing?.grow(end);
    });
    // It is looked at with the next one.
    this.#writing.catch(() => undefined);
  }

  async #settle(): Promise<void> {
    await this.#flush();
    await this.#guard(this.#writing);
  }

  async #guard<T>(writing: Promise<T>): Promise<T> {
    try {
      return await writing;
    } catch (error) {
      throw outputError(this.path, error);
    }
  }
}

/** A folder would be found out when all is written, and a device be replaced. @throws DeadweightError `output-unwritable` */
async function assertReplaceable(path: string): Promise<void> {
  const present = await stat(path).catch(() => null);
  if (present === null || present.isFile()) return;
  throw new DeadweightError('output-unwritable', {
    message: `${printable(path)} is ${present.isDirectory() ? 'a folder' : 'a device or a pipe'}, and a file is to be written there.`,
    remedy: 'Give the path of a file.',
  });
}

/** The system takes some thousand pieces at a time, and may write less than it was given. */
async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[], position: number): Promise<void> {
  const MOST = 1000;
  let at = position;
  for (let first = 0; first < chunks.length; first += MOST) {
    let rest = chunks.slice(first, first + MOST);
    while (rest.length > 0) {
      const { bytesWritten } = await handle.writev(rest, at);
      at += bytesWritten;
      rest = behind(rest, bytesWritten);
    }
  }
}

function behind(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  return chunks.flatMap(chunk => {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    return skipped < chunk.length ? [chunk.subarray(skipped)] : [];
  });
}
