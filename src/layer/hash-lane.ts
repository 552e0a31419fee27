import { HashThread } from './hash-thread.ts';

/** Smaller files are hashed as they come: a message to a thread costs more. Bytes. */
const LARGE = 1024 * 1024;

/** Hashes the large files of one layer after the other on a thread of its own, which starts with the first of them. */
export class HashLane {
  #thread: HashThread | null = null;

  /** @returns null where the file is as well hashed as it comes */
  threadFor(size: number): HashThread | null {
    if (size < LARGE) return null;
    this.#thread ??= new HashThread('sha256');
    return this.#thread;
  }

  async settled(): Promise<void> {
    await this.#thread?.settled();
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }
}
