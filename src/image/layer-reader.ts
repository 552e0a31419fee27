import type { DiffId, Digest } from '../base/digest.ts';
import type { Progress } from '../base/progress.ts';
import type { Collector } from '../layer/collector.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import type { LayerAccess, TarTaker } from './tar-taker.ts';

/** A layer and what is stored of it on the medium. */
export interface StoredLayer {
  /** 0 is the lowest. */
  readonly index: number;
  readonly diffId: DiffId;
  /** Digest of the stored bytes, where a manifest tells: they are hashed and compared. */
  readonly digest: Digest | null;
  /** Number of the stored bytes, where a manifest tells. */
  readonly size: number | null;
  /** Where it is, unique on its medium: a path of the archive or directory, or the digest. */
  readonly path: string;
  /** `Layer 2 (blobs/sha256/… of app.tar)`: the subject of messages. */
  readonly place: string;
  /** The manifest says that the blob may be kept elsewhere (Windows base layers). */
  readonly foreign: boolean;
}

/** A layer to scan, and how much of it. */
export interface LayerTask {
  readonly layer: StoredLayer;
  /** `cheap`, or the paths whose content must be hashed. */
  readonly content: 'cheap' | ReadonlySet<string>;
}

/** A layer that is read again, and who wants it. */
export interface ReadTask {
  readonly layer: StoredLayer;
  readonly taker: TarTaker;
}

export interface ReadOptions {
  readonly collectors: readonly Collector[];
  /** Hash every byte of what could be read by position. */
  readonly verify: boolean;
  readonly progress: Progress;
  /** For progress: `reading app.tar`. */
  readonly label: string;
}

/** How the layers of one image are read from its medium. */
export interface LayerReader {
  /** Scans each task once, in any order, in as few passes as the medium allows. */
  scan(
    tasks: readonly LayerTask[],
    options: ReadOptions,
    done: (scan: LayerScan) => Promise<void>,
  ): Promise<void>;
  /** Hands each layer to its taker once, in any order, in as few passes as the medium allows. */
  read(tasks: readonly ReadTask[]): Promise<void>;
  /** How much of the medium has to be read for one layer. Looks at its first bytes at most. */
  access(layer: StoredLayer): LayerAccess;
  /** The uncompressed tar, afresh. */
  open(layer: StoredLayer): AsyncIterable<Uint8Array>;
  /** Twice is harmless. */
  close(): Promise<void>;
}
