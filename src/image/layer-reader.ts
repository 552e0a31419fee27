import type { DiffId, Digest } from '../base/digest.ts';
import type { Progress } from '../base/effects.ts';
import type { Collector } from '../layer/collector.ts';
import type { ImageLimits } from '../layer/image-limits.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import type { ScanStore } from '../layer/scan-store.ts';
import type { BytesPlace, RandomAccess } from '../tar/random-access.ts';

/** Takes the uncompressed tar of one layer, in whichever of two ways its medium has it. */
export interface TarConsumer {
  /** The tar can be read by position, until the promise settles: whoever needs little reads little. */
  readAt(source: RandomAccess): Promise<void>;
  /** The tar passes by, from its first byte to its last. Chunks may be kept, and must not be changed. */
  write(chunk: Uint8Array): void | Promise<void>;
  /** All of it was written. */
  end(): void | Promise<void>;
}

/**
 * How much has to be read for something of one layer: nothing more (`position`), all of that layer (`layer`), or the
 * whole image, which then serves its other layers too (`image`).
 */
export type LayerAccess = 'position' | 'layer' | 'image';

/** Hands a stream to a consumer, to its end. */
export async function consumeStream(tar: AsyncIterable<Uint8Array>, consumer: TarConsumer): Promise<void> {
  for await (const chunk of tar) {
    const pending = consumer.write(chunk);
    if (pending !== undefined) await pending;
  }
  await consumer.end();
}

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
  readonly consumer: TarConsumer;
}

export interface ReadOptions {
  readonly collectors: readonly Collector[];
  /** Hash every byte of what could be read by position. */
  readonly verify: boolean;
  /** Where unhashed scans may be kept, under where they were read. Those that are verified are handed on, to be kept. */
  readonly store: ScanStore;
  /** Shared by all layers of the image. */
  readonly limits: ImageLimits;
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
  /** Hands each layer to its consumer once, in any order, in as few passes as the medium allows. */
  read(tasks: readonly ReadTask[]): Promise<void>;
  /** How much of the medium has to be read for one layer. Looks at its first bytes at most. */
  access(layer: StoredLayer): LayerAccess;
  /** What says now that the stored bytes are the same as before; null where nothing does. @throws as `open` */
  place(layer: StoredLayer): BytesPlace | null;
  /**
   * The uncompressed tar where it lies in one open file; null where it does not. Absent of media that have none such.
   * Whoever asks closes it. @throws as `open`
   */
  tarFile?(layer: StoredLayer): RandomAccess | null;
  /** The uncompressed tar, afresh. */
  open(layer: StoredLayer): AsyncIterable<Uint8Array>;
  /** The stored bytes, afresh, checked against what the manifest says; the tar where the medium keeps it unpacked. */
  openStored(layer: StoredLayer): AsyncIterable<Uint8Array>;
  /** Twice is harmless. */
  close(): Promise<void>;
}

/** The named files that make an image on a medium: a directory, an archive, a stream. */
export interface ImageFiles {
  /** What the user called it, for messages: `app.tar`. */
  readonly name: string;
  /** Whether a regular file is there (links inside the medium followed). */
  has(path: string): boolean;
  /**
   * A document, whole.
   * @returns null when it is not there
   * @throws DeadweightError `limit-exceeded` when it is larger than a document may be.
   */
  read(path: string): Uint8Array | null;
  /** Names at the top, for messages about what was found instead; at most a few. */
  list(): readonly string[];
  /** A reader of layers whose `path` are files here. It owns the medium from now on. */
  reader(layers: readonly StoredLayer[]): LayerReader;
  /** Releases the medium when no reader took it over. Twice is harmless. */
  close(): void;
}
