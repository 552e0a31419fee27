import type { DiffId, Digest } from '../base/digest.ts';
import type { Exec, Log, Progress } from '../base/effects.ts';
import type { Notice } from '../base/notice.ts';
import type { Platform } from '../base/platform.ts';
import type { Collector } from '../layer/collector.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import type { ScanStore } from '../layer/scan-store.ts';
import type { ConfigCredential } from '../oci/config-credentials.ts';
import type { BytesPlace, RandomAccess } from '../tar/random-access.ts';
import type { LayerAccess, TarConsumer } from './layer-reader.ts';

/** What an image says of itself, before any layer is read. */
export interface ImageHead {
  /** As the user wrote it, without credentials: `docker-archive:app.tar:app:1`. */
  readonly reference: string;
  readonly platform: Platform;
  /** Digest of the image's config blob. */
  readonly imageId: Digest;
  /** Digest of the manifest; null where the medium has none. */
  readonly manifestDigest: Digest | null;
  /** Media type of the manifest; null where the medium has none. */
  readonly mediaType: string | null;
  /** What history says of entries that made no layer, and of those that did, lowest first; empty when there is none. */
  readonly history: readonly HistoryEntry[];
  readonly labels: Readonly<Record<string, string>>;
  /** Who runs its programs: `nobody`, `1000:1000`; empty for root. */
  readonly user: string;
  /** What of its settings and its history are credentials, whose values are left out of `history`. */
  readonly credentials: readonly ConfigCredential[];
}

/** One platform of an image, wherever it is. Immutable and lazy: nothing of a layer is read before it is asked for. */
export interface Image extends ImageHead {
  /** Lowest layer first. */
  readonly layers: readonly Layer[];
  /** What opening the image could not learn. */
  readonly notices: readonly Notice[];
  /** Of all images that the reference names and that are there; one alone where its medium has one. */
  readonly platforms: readonly Platform[];
  /** Whether its index has attestations of it: provenance, a list of packages. */
  readonly isAttested: boolean;
  /** What a registry served for its name: its index, where there is one. null for other media. */
  readonly rootDigest: Digest | null;
  /** Reads what describes it, byte for byte. @throws DeadweightError as `scan` */
  documents(): Promise<ImageDocuments>;
  /**
   * Scans layers, in as few passes over the medium as it allows. Results are in the order of `layers`;
   * a layer that was not asked for is null.
   * @throws DeadweightError `input-corrupt`, `input-truncated`, `blob-missing`, `digest-mismatch`, …
   */
  scan(request: ScanRequest): Promise<readonly (LayerScan | null)[]>;
  /**
   * Reads layers once more, by their diffIDs, in as few passes over the medium as it allows: a layer that the image has
   * twice is handed over once. DiffIDs that it has not are ignored.
   * @throws DeadweightError as `scan`, and what a consumer throws
   */
  read(consumers: ReadonlyMap<DiffId, TarConsumer>): Promise<void>;
  /** Releases file handles and connections. Calling it twice is harmless. */
  close(): Promise<void>;
}

/** What describes an image, as it is written. */
export interface ImageDocuments {
  readonly config: Uint8Array;
  /** null where the medium has none. */
  readonly manifest: Uint8Array | null;
}

/** What an image says of a layer, before it is read. */
export interface LayerHead {
  readonly diffId: DiffId;
  /** Digest of the blob as stored; null where the medium keeps no blobs. */
  readonly digest: Digest | null;
  /** Media type as the manifest says; null where there is no manifest. */
  readonly mediaType: string | null;
  /** Size of the blob as a registry holds it, in bytes; null where it is not known or the blob is not compressed. */
  readonly compressedSize: number | null;
}

/** A layer of an open image. */
export interface Layer extends LayerHead {
  /** 0 is the lowest. */
  readonly index: number;
  /** `created_by` of the history entry that made this layer; empty when there is none. */
  readonly createdBy: string;
  /**
   * Whether `openStored` gives the blob that `digest` names; not where there is no digest, and where the medium keeps the layer
   * unpacked and knows the digest from the manifest that was pulled.
   */
  readonly isBlobStored: boolean;
  /** A fresh stream of the layer's uncompressed tar. */
  open(): AsyncIterable<Uint8Array>;
  /** Its uncompressed tar where it lies in one open file, which whoever asks closes; null where it does not. @throws as `scan` */
  tarFile(): RandomAccess | null;
  /** A fresh stream of its bytes as they are stored, checked against its digest; of its tar where it is kept unpacked. */
  openStored(): AsyncIterable<Uint8Array>;
  /** What `read` costs. @throws DeadweightError `blob-missing` */
  access(): LayerAccess;
  /** What says now that its stored bytes are the same as before; null where nothing does. @throws DeadweightError `blob-missing` */
  place(): BytesPlace | null;
}

/** An entry of the image's history (`history` of the OCI image configuration). */
export interface HistoryEntry {
  readonly createdBy: string;
  readonly emptyLayer: boolean;
  readonly created: string | null;
  readonly comment: string | null;
}

/** Which layers are scanned, and how much of them. */
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

/** What Docker documents as the most layers of an image. */
export const MAX_LAYERS = 127;

/** What a machine with the overlay2 graph driver still pulls: it refuses 126 with `max depth exceeded`. */
export const MAX_PULLED_LAYERS = 125;

/** How many layers may be added until each limit is met; negative beyond it. */
export function countHeadroom(layerCount: number): { readonly documented: number; readonly pull: number } {
  return { documented: MAX_LAYERS - layerCount, pull: MAX_PULLED_LAYERS - layerCount };
}

/**
 * How images of an engine are read: from its own files where it is on this machine and they may be read, with `sudo` if need
 * be; or through its API alone.
 */
export const ENGINE_STORE_USES = ['auto', 'sudo', 'api'] as const;

export type EngineStoreUse = (typeof ENGINE_STORE_USES)[number];

/** What opening an image needs from outside. */
export interface OpenOptions {
  /** The platform that was asked for; absent: the host's, or the only one there is. */
  readonly platform?: Platform;
  readonly hostPlatform: Platform;
  /** The environment, for what tools of the field read there: DOCKER_HOST, DOCKER_CONFIG, … */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly log: Log;
  readonly exec: Exec;
  /** Whether images of an engine are read from its own files where that is possible. */
  readonly engineStore: EngineStoreUse;
  /**
   * Keeps the archive on standard input in a file, once. Absent where there is none.
   * @returns the path of the file
   */
  readonly saveStandardInput?: (() => Promise<string>) | undefined;
  /** Shows what is waited for until the image is open. */
  readonly progress?: Progress;
  /**
   * Where an image that can only be streamed is kept, for who reads its layers again and again: an engine's, an archive that is
   * compressed as a whole. Absent: it is streamed each time, and nothing is kept.
   */
  readonly spoolFolder?: string | undefined;
}

/** What opening an archive needs from outside. */
export type ArchiveOptions = Pick<OpenOptions, 'progress' | 'spoolFolder'>;

/** What choosing one image among several needs. */
export interface Choice {
  /** As the user wrote it, for messages and the image's own reference. */
  readonly reference: string;
  /** REF of the reference; null: there must be one image only. */
  readonly ref: string | null;
  readonly platform?: Platform;
  readonly hostPlatform: Platform;
}
