import { createHash } from 'node:crypto';
import { type DiffId, digestAlgorithm, digestHex } from '../base/digest.ts';
import { FileHashThread, type GrowingHash } from '../layer/file-hash-thread.ts';
import { HashThread } from '../layer/hash-thread.ts';
import type { FileRange } from '../tar/random-access.ts';

/** Below this, starting a thread costs more than it saves. Bytes. */
export const WORTH_A_THREAD = 16 * 1024 * 1024;

/** A hash that may run elsewhere. One that another has followed on its thread takes no more, and has no digest. */
export interface RunningHash {
  /** Waits only when the hash is far behind. The chunk may be used again at once. */
  update(chunk: Uint8Array): void | Promise<void>;
  /** Hexadecimal. */
  digest(): Promise<string>;
}

/** Hashes for the layers of one pass, one layer after the other; large layers share threads. */
export class LayerHashes {
  #ofLayers: { readonly algorithm: string; readonly thread: HashThread } | null = null;
  #ofFiles: HashThread | null = null;
  #ofRanges: FileHashThread | null = null;
  /** Number of the hash that has the thread. */
  #current = 0;

  /**
   * For a diffID.
   * @param size bytes that are stored of the layer
   */
  start(diffId: DiffId, size: number): RunningHash {
    return this.startWith(digestAlgorithm(diffId), size);
  }

  /**
   * @param algorithm as node:crypto names it
   * @param size bytes there will be, about
   */
  startWith(algorithm: string, size: number): RunningHash {
    // An image whose diffIDs are of several algorithms has yet to be seen.
    if (size < WORTH_A_THREAD || (this.#ofLayers && this.#ofLayers.algorithm !== algorithm)) {
      return inlineHash(algorithm);
    }
    this.#ofLayers ??= { algorithm, thread: new HashThread(algorithm) };
    const { thread } = this.#ofLayers;
    thread.abandon();
    this.#current += 1;
    const own = this.#current;
    return {
      update: chunk => (own === this.#current ? thread.update(chunk) : undefined),
      digest: async () => {
        if (own !== this.#current) throw new TypeError('another hash has followed on this thread');
        return await finishDigest(thread);
      },
    };
  }

  /**
   * For a diffID of bytes that lie in a file: a thread reads them by itself.
   * @returns null where they are as well hashed as they come
   */
  ofFile(diffId: DiffId, range: FileRange): GrowingHash | null {
    if (range.length < WORTH_A_THREAD) return null;
    this.#ofRanges ??= new FileHashThread();
    return this.#ofRanges.hash(digestAlgorithm(diffId), range);
  }

  /** For the files of a layer; null where they are as well hashed as they come. */
  files(size: number): HashThread | null {
    if (size < WORTH_A_THREAD) return null;
    this.#ofFiles ??= new HashThread('sha256');
    this.#ofFiles.abandon();
    return this.#ofFiles;
  }

  async close(): Promise<void> {
    await this.#ofLayers?.thread.close();
    await this.#ofFiles?.close();
    await this.#ofRanges?.close();
    this.#ofLayers = null;
    this.#ofFiles = null;
    this.#ofRanges = null;
  }
}

async function finishDigest(thread: HashThread): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  thread.end(resolve);
  await thread.settled();
  return promise;
}

/** For bytes that whoever sends them has compared with their diffID. */
export function hashVerifiedElsewhere(diffId: DiffId): RunningHash {
  return { update: () => undefined, digest: async () => digestHex(diffId) };
}

function inlineHash(algorithm: string): RunningHash {
  const hash = createHash(algorithm);
  return {
    update: chunk => {
      hash.update(chunk);
    },
    digest: async () => hash.digest('hex'),
  };
}
