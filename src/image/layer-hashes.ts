import { createHash } from 'node:crypto';
import { type DiffId, digestAlgorithm, digestHex } from '../base/digest.ts';
import { HashThread, type RunningHash } from './hash-thread.ts';

/** Below this, starting a thread costs more than it saves. Bytes. */
const WORTH_A_THREAD = 16 * 1024 * 1024;

/** Hashes for the layers of one pass, one after the other; large ones share a thread. */
export class LayerHashes {
  #thread: HashThread | null = null;

  /** @param size bytes that are stored of the layer */
  start(diffId: DiffId, size: number): RunningHash {
    const algorithm = digestAlgorithm(diffId);
    if (size < WORTH_A_THREAD) return inlineHash(algorithm);
    this.#thread ??= new HashThread();
    return this.#thread.start(algorithm);
  }

  async close(): Promise<void> {
    await this.#thread?.close();
    this.#thread = null;
  }
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
