import type { Notice } from '../base/notice.ts';
import type { LayerOrigin } from '../dockerfile/layer-origin.ts';
import type { ImageHead, Layer, LayerHead } from '../image/image.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import type { InstalledPackages } from '../packages/installed-packages.ts';
import type { WasteReason } from './waste-reason.ts';

/** One file (an inode: hard links are one) that a layer wrote and the final filesystem does not show. */
export interface WastedFile {
  /** The path under which it was last visible. */
  readonly path: string;
  /** Uncompressed bytes. */
  readonly bytes: number;
  readonly reason: WasteReason;
  /** Index of the layer that wrote it. */
  readonly writtenBy: number;
  /** Index of the layer that hid its last visible name (for `duplicate-entry`, the same layer). */
  readonly hiddenBy: number;
}

/** A layer with where it comes from and what it weighs. */
export interface LayerAnalysis extends LayerOrigin, LayerHead, Pick<Layer, 'index' | 'createdBy'> {
  /** Uncompressed file bytes. size = visibleBytes + wastedBytes, always. */
  readonly size: number;
  readonly visibleBytes: number;
  /** Bytes of this layer that the final filesystem does not show. */
  readonly wastedBytes: number;
  readonly fileCount: number;
  /** Of a layer that several became: what they were, lowest first. Absent for all others. */
  readonly steps?: readonly MergedStep[];
}

/** A layer that became a part of another. */
export interface MergedStep extends Pick<LayerOrigin, 'instruction'>, Pick<Layer, 'createdBy'> {
  /** How many of the entries of the merged layer are its: those behind the ones of the steps before. */
  readonly entryCount: number;
}

/** How much of an image its final filesystem shows. */
export interface Efficiency {
  /** Visible bytes / bytes of all layers; 1 for an empty image. */
  readonly score: number;
  /** Visible bytes of own layers / their bytes; null when the base is unknown, 1 when own layers are empty. */
  readonly ownScore: number | null;
  /** Hidden bytes of own layers (of all layers when the base is unknown). */
  readonly wastedBytes: number;
  /** Bytes of base layers that own layers hide; null when the base is unknown. */
  readonly shadowedBaseBytes: number | null;
  /** Bytes of base layers that base layers themselves hide; null when the base is unknown. */
  readonly baseWastedBytes: number | null;
}

/** dive's numbers, number for number. userWastedPercent may be NaN or Infinity. */
export interface DiveNumbers {
  readonly efficiency: number;
  readonly wastedBytes: number;
  readonly userWastedPercent: number;
  readonly sizeBytes: number;
  readonly userSizeBytes: number;
}

/** A regular file of the final filesystem (an inode: `path` is its first name). */
export interface VisibleFile {
  readonly path: string;
  readonly bytes: number;
  /** Index of the layer that holds the bytes. */
  readonly layer: number;
  /** Its other names, in byte order; absent where it has none. */
  readonly otherNames?: readonly string[];
}

/** Files that may be made only as they are asked for: an array of them is one, too. */
export interface VisibleFiles extends Iterable<VisibleFile> {
  readonly length: number;
  /** @param minBytes smaller files are left out; 0 when absent */
  values(minBytes?: number): IteratorObject<VisibleFile>;
}

/** One platform of an image, weighed. */
export interface ImageAnalysis extends Omit<ImageHead, 'user'> {
  /** Sum of the layers' sizes. Bytes. */
  readonly size: number;
  /** Sum of the layers' compressed sizes; null unless known for every layer. Bytes. */
  readonly compressedSize: number | null;
  /** Leading layers that come from FROM; null when the base is unknown. */
  readonly baseLayerCount: number | null;
  readonly baseSize: number | null;
  readonly ownSize: number | null;
  readonly baseImageName: string | null;
  readonly baseImageDigest: string | null;
  /** Lowest first. */
  readonly layers: readonly LayerAnalysis[];
  readonly efficiency: Efficiency;
  readonly dive: DiveNumbers;
  /** Every hidden file of positive size, largest first (then by path, then by writtenBy). */
  readonly wastedFiles: readonly WastedFile[];
  /** Every regular file of the final filesystem, in byte order of the path. */
  readonly visibleFiles: VisibleFiles;
  /** The packages of the final filesystem, and which paths are theirs. */
  readonly packages: InstalledPackages;
  /** Who runs its programs; empty for root, null where only a snapshot is there. */
  readonly user: string | null;
  readonly scans: readonly LayerScan[];
  readonly notices: readonly Notice[];
}
