import type { Notice } from '../base/notice.ts';
import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import type { Snapshot, SnapshotLayer } from './snapshot.ts';

/**
 * The figures of one image, or their differences (head − baseline): then null where one of them does not know, and for
 * compressed sizes of other media types. Bytes, counts, ratios.
 */
export interface ComparedFigures
  extends Pick<
    Snapshot,
    | 'size'
    | 'compressedSize'
    | 'ownSize'
    | 'baseSize'
    | 'baseLayerCount'
    | 'efficiency'
    | 'ownEfficiency'
    | 'wastedBytes'
  > {
  readonly layerCount: number;
  readonly ownLayerCount: number | null;
  readonly diveEfficiency: number;
}

export type LayerChange = 'added' | 'removed' | 'changed' | 'unchanged';

/**
 * A layer of the baseline matched with one of the head: by diffID, then by instruction. Origin, instruction and history
 * are the head's, or the baseline's where the layer was removed.
 */
export interface LayerDelta extends Pick<SnapshotLayer, 'origin' | 'instruction' | 'createdBy'> {
  readonly change: LayerChange;
  readonly baseIndex: number | null;
  readonly headIndex: number | null;
  /** Bytes; null where that image has no such layer. */
  readonly baseSize: number | null;
  readonly headSize: number | null;
  readonly delta: number;
  readonly baseWastedBytes: number | null;
  readonly headWastedBytes: number | null;
}

export type CauseKind =
  | 'base-image'
  | 'instruction-added'
  | 'instruction-removed'
  | 'instruction-changed'
  /** the same instruction, rebuilt with other content */
  | 'instruction-rebuilt'
  /** layers of images whose instructions are not known */
  | 'layers';

/** A part of the size delta. The causes of a comparison add up to its size delta, byte for byte. */
export interface Cause {
  readonly kind: CauseKind;
  /** Signed. */
  readonly bytes: number;
  /** Of a base image, its FROM. */
  readonly instruction: InstructionLocation | null;
  /** Of a base image, its name. */
  readonly createdBy: string;
  /** The packages that moved most below it, largest first by absolute bytes; none whose bytes stayed the same. */
  readonly packages: readonly PackageDelta[];
  /** Of all packages below it, listed or not. */
  readonly packageTotals: PackageTotals;
  /** Of what belongs to no package, where most moved: largest first by absolute bytes. */
  readonly files: readonly FileDelta[];
  /** What the listed packages and files leave of `bytes`. */
  readonly otherBytes: number;
}

/** A package, copies of it as one. */
export interface PackageDelta {
  /** `deb`, `apk`, `npm`, …: as package URLs name package managers. */
  readonly type: string;
  readonly name: string;
  readonly architecture: string | null;
  /** Its version in all of the baseline; of copies in several versions, `1.2, 1.3`. null where it is not there. */
  readonly before: string | null;
  /** Its version in all of the head, in the same form; null where it is not there. */
  readonly after: string | null;
  /** Signed. */
  readonly bytes: number;
}

/** Packages by what became of them in the whole image; `kept` are those of the same version before and after. */
export type PackageFate = 'added' | 'removed' | 'updated' | 'kept';

/** Packages and their signed bytes. One that stayed as it was is not counted. */
export type PackageTotals = Readonly<Record<PackageFate, { readonly count: number; readonly bytes: number }>>;

/** What became of the packages of an image. */
export interface PackageChanges {
  readonly totals: PackageTotals;
  /** Those whose bytes or version changed, largest first by absolute bytes. Bytes are summed over the causes. */
  readonly packages: readonly PackageDelta[];
  /** What the listed packages leave of the size delta. */
  readonly otherBytes: number;
}

/**
 * A file, or a directory with all that changed below it (`path` ends in a slash). Of a base image, directories only;
 * of one that is listed beside another inside it, the files right in it.
 */
export interface FileDelta {
  readonly path: string;
  /** Signed. */
  readonly bytes: number;
}

/** A path of both images whose file has the same size in both and another content. */
export interface ChangedContent {
  readonly path: string;
  /** Its size; of several layers that hold such a file, the sum. */
  readonly bytes: number;
}

/**
 * What became of files that both images have at one path and in one size, in layers that only one of them has. Equal
 * contents cancel, whichever layers hold them. Counts and bytes.
 */
export interface ContentComparison {
  /** The contents are known, and differ: the size delta does not show them. */
  readonly changed: {
    readonly count: number;
    readonly bytes: number;
    /** The largest, largest first. */
    readonly files: readonly ChangedContent[];
  };
  /** A content is not known in one of the images: taken as equal. */
  readonly assumed: { readonly count: number; readonly bytes: number };
  /** Of base layers whose files are not listed: only their packages and directories are compared. */
  readonly unlistedBytes: number;
}

/** The difference of two images, and why it is. */
export interface Comparison {
  /** The baseline: reports call it so. */
  readonly base: ComparedFigures & ComparedImage;
  readonly head: ComparedFigures & ComparedImage;
  readonly delta: ComparedFigures;
  /** In the order of the head; removed layers stand where they were. */
  readonly layers: readonly LayerDelta[];
  /** Largest absolute bytes first. */
  readonly causes: readonly Cause[];
  /** null where one of them does not know its packages. */
  readonly packages: PackageChanges | null;
  /** null in reports of versions that did not look. */
  readonly contents: ContentComparison | null;
  /** Whether FROM resolved to other content. null where one of them does not know its base image. */
  readonly baseImageChanged: boolean | null;
  readonly notices: readonly Notice<string>[];
}

export type ComparedImage = Pick<Snapshot, 'reference' | 'commit' | 'imageId'>;
