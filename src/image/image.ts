import type { DiffId, Digest } from '../base/digest.ts';
import type { Notice } from '../base/notice.ts';
import type { Platform } from '../base/platform.ts';
import type { Progress } from '../base/progress.ts';
import type { Collector } from '../layer/collector.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import type { ScanStore } from '../layer/scan-store.ts';
import type { LayerAccess, TarTaker } from './tar-taker.ts';

/** One platform of an image, wherever it is. Immutable and lazy: nothing of a layer is read before it is asked for. */
export interface Image {
  /** As the user wrote it, without credentials: `docker-archive:app.tar:app:1`. */
  readonly reference: string;
  readonly platform: Platform;
  /** Digest of the image's config blob. */
  readonly imageId: Digest;
  /** Digest of the manifest; null where the medium has none. */
  readonly manifestDigest: Digest | null;
  /** Media type of the manifest; null where the medium has none. */
  readonly mediaType: string | null;
  /** Lowest layer first. */
  readonly layers: readonly Layer[];
  /** What history says of entries that made no layer, and of those that did, lowest first; empty when there is none. */
  readonly history: readonly HistoryEntry[];
  readonly labels: Readonly<Record<string, string>>;
  /** Who runs its programs: `nobody`, `1000:1000`; empty for root. */
  readonly user: string;
  /** What opening the image could not learn. */
  readonly notices: readonly Notice[];
  /**
   * Scans layers, in as few passes over the medium as it allows. Results are in the order of `layers`;
   * a layer that was not asked for is null.
   * @throws DeadweightError `input-corrupt`, `input-truncated`, `blob-missing`, `digest-mismatch`, …
   */
  scan(request: ScanRequest): Promise<readonly (LayerScan | null)[]>;
  /**
   * Reads layers once more, by their diffIDs, in as few passes over the medium as it allows: a layer that the image has
   * twice is handed over once. DiffIDs that it has not are ignored.
   * @throws DeadweightError as `scan`, and what a taker throws
   */
  read(takers: ReadonlyMap<DiffId, TarTaker>): Promise<void>;
  /** Releases file handles and connections. Calling it twice is harmless. */
  close(): Promise<void>;
}

export interface Layer {
  /** 0 is the lowest. */
  readonly index: number;
  readonly diffId: DiffId;
  /** Digest of the blob as stored; null where the medium keeps no blobs. */
  readonly digest: Digest | null;
  /** Media type as the manifest says; null where there is no manifest. */
  readonly mediaType: string | null;
  /** Size of the blob as a registry holds it, in bytes; null where it is not known or the blob is not compressed. */
  readonly compressedSize: number | null;
  /** `created_by` of the history entry that made this layer; empty when there is none. */
  readonly createdBy: string;
  /** A fresh stream of the layer's uncompressed tar. */
  open(): AsyncIterable<Uint8Array>;
  /** What `read` costs. @throws DeadweightError `blob-missing` */
  access(): LayerAccess;
}

export interface HistoryEntry {
  readonly createdBy: string;
  readonly emptyLayer: boolean;
  readonly created: string | null;
  readonly comment: string | null;
}

export interface ScanRequest {
  /** Indexes of the layers to scan; all when absent. */
  readonly layers?: ReadonlySet<number>;
  /**
   * Which regular files get a `content` hash. `cheap` (the default): all where the bytes pass by anyway, none where
   * headers are read by position. A map of layer index to paths: at least those, by position where the medium allows.
   */
  readonly content?: 'cheap' | ReadonlyMap<number, ReadonlySet<string>>;
  /** Whether media that are read by position hash every byte and compare it with the diffID. False when absent. */
  readonly verify?: boolean;
  readonly collectors?: readonly Collector[];
  readonly store?: ScanStore;
  readonly progress?: Progress;
}
