import type { WasteReason } from '../analysis/waste-reason.ts';
import type { Notice } from '../base/notice.ts';
import type { SourceLines } from '../base/phrase.ts';
import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import type { SettingKeyword } from './setting-keywords.ts';
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
  /** Of the baseline's layer; null where it has none, or it is not known. */
  readonly baselineInstruction: InstructionLocation | null;
  readonly change: LayerChange;
  readonly baselineIndex: number | null;
  readonly headIndex: number | null;
  /** Bytes; null where that image has no such layer. */
  readonly baselineSize: number | null;
  readonly headSize: number | null;
  readonly delta: number;
  readonly baselineWastedBytes: number | null;
  readonly headWastedBytes: number | null;
}

/** Why content came or went, as far as the instructions and the files that the build read prove it. */
export type Reason =
  /** A cache mount of this instruction of the head holds it now. */
  | { readonly kind: 'cache-mount'; readonly instruction: InstructionLocation }
  /** This instruction of a stage that does not ship installs it now. */
  | { readonly kind: 'build-stage'; readonly stage: string; readonly instruction: InstructionLocation }
  /** The baseline's instruction took it away with this command: `apt-get purge`, `rm -rf /var/lib/apt/lists/*`. */
  | { readonly kind: 'command-gone'; readonly command: string }
  /** The baseline's instruction installed without it by this option: `--no-install-recommends`. */
  | { readonly kind: 'option-gone'; readonly option: string }
  /** The ignore file at this path, which is new, gone or another, leaves it out, or no longer does. */
  | { readonly kind: 'ignore-file'; readonly change: 'added' | 'removed' | 'changed'; readonly path: string };

export type CauseKind =
  /** other base layers */
  | 'base-image'
  /** packages that one instruction brought, changed or lost */
  | 'packages'
  /** a file, or a directory, that belongs to no package */
  | 'files'
  /** databases and logs that package managers write whatever they install, copies that are hidden among them */
  | 'package-records'
  /** what the final filesystem does not show */
  | 'waste'
  /** what neither image tells more of */
  | 'other';

/** What became of what a cause tells: whether it is in both images, or in one. */
export type CauseChange = 'added' | 'removed' | 'updated' | 'changed';

/** Content that one image has and the other has not. The causes of a comparison add up to its size delta, byte for byte. */
export interface Cause {
  readonly kind: CauseKind;
  readonly change: CauseChange;
  /** Signed. */
  readonly bytes: number;
  /** The head's layers that hold it, largest absolute bytes first; of a base image, one with its FROM and its name. */
  readonly head: readonly CausePlace[];
  /** The baseline's layers that held it. */
  readonly baseline: readonly CausePlace[];
  /** How many layers of the head and of the baseline there are, listed or not. */
  readonly layerCounts: { readonly head: number; readonly baseline: number };
  /**
   * From the first to the last line of the instructions that hold it, of the baseline where it is gone; null where they are not
   * known, or of several Dockerfiles.
   */
  readonly lines: SourceLines | null;
  /** Of waste, what hides it. */
  readonly waste: CauseWaste | null;
  /** null where nothing proves one. */
  readonly reason: Reason | null;
  /** The packages that moved most, largest first by absolute bytes; none whose bytes stayed the same. */
  readonly packages: readonly PackageDelta[];
  /** Of all its packages, listed or not. */
  readonly packageTotals: PackageTotals;
  /** Of what belongs to no package, where most moved: largest first by absolute bytes. */
  readonly files: readonly FileDelta[];
  /** What the listed packages and files leave of `bytes`. */
  readonly otherBytes: number;
}

/** A layer that holds a part of a cause. */
export interface CausePlace extends Pick<SnapshotLayer, 'instruction' | 'createdBy'> {
  /** Index in its image. */
  readonly layer: number;
  /** Signed. */
  readonly bytes: number;
}

/** Which image hides bytes that it still ships, and how. */
export interface CauseWaste extends Pick<SnapshotLayer, 'instruction' | 'createdBy'> {
  readonly reason: WasteReason;
  /** Index of the layer that hides them: the head's, and the baseline's of what is gone. */
  readonly layer: number;
}

/** Content that both images have, in other layers. */
export interface MovedContent {
  /**
   * One layer became several, several one, one another, or several others; packages of own layers came into the base image, or
   * out of it.
   */
  readonly kind: 'split' | 'merged' | 'moved' | 'rearranged' | 'into-base' | 'out-of-base';
  /** Names of packages that went into the base image or out of it, most bytes first; empty elsewhere. */
  readonly packages: readonly string[];
  /** Files and directories that hold most of it, most bytes first; empty for packages. */
  readonly files: readonly FileDelta[];
  /** That are in a layer which is not the same instruction any more. */
  readonly bytes: number;
  readonly baseline: readonly CausePlace[];
  readonly head: readonly CausePlace[];
}

/** An instruction without a layer that one of the images has not. */
export interface ChangedSetting {
  readonly keyword: SettingKeyword;
  /** Which of them has it. */
  readonly image: 'baseline' | 'head';
  readonly instruction: InstructionLocation;
}

/** A file, or a directory with all that was renamed below it (both end in a slash). */
export interface RenamedPath {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  /** Files. */
  readonly count: number;
  /** Index of the layer of the head that holds all of them; null where several do. */
  readonly layer: number | null;
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

/** A file, or a directory with all that changed below it (`path` ends in a slash). Of a base image, directories only. */
export interface FileDelta {
  readonly path: string;
  /** Signed. */
  readonly bytes: number;
  /** Files below it that changed; 1 for a file, and absent where they are not listed. */
  readonly count?: number | undefined;
  /** Whether others that are told lie below it, too; absent where none does. */
  readonly isRest?: boolean | undefined;
  /** The path in the baseline, where a file of another version took its place; absent elsewhere. */
  readonly previousPath?: string | undefined;
}

/** A path of both images whose file has the same size in both and another content. */
export interface ChangedContent {
  readonly path: string;
  /** Its size; of several layers that hold such a file, the sum. */
  readonly bytes: number;
  /** Index of the layer of the head that holds it; null where several do, or a report does not say. */
  readonly layer: number | null;
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

/** Why a layer whose content did not change has to be pulled again. */
export type UnchangedReason =
  /** the same tar in another blob */
  | 'compressed-anew'
  /** it was built again on another base image */
  | 'base-image'
  /** it was built again, since a layer before it changed */
  | 'earlier-layer'
  /** it was built again, since it stands at another place */
  | 'order'
  /** only times, owners, modes or the order of its files differ */
  | 'metadata';

/** A layer that has to be pulled. */
export interface PulledLayer
  extends Pick<SnapshotLayer, 'size' | 'compressedSize' | 'instruction' | 'createdBy'> {
  /** Index in the head. */
  readonly layer: number;
  /** Why it is pulled although its files are those of the baseline's layer; null where they are others. */
  readonly unchanged: UnchangedReason | null;
}

/**
 * What a machine that has the baseline's image downloads for the head's: blobs whose digests the baseline has not. Bytes.
 * An engine that looks for unpacked layers first, as containerd does, fetches none that is merely compressed anew.
 */
export interface PullCost {
  /** Uncompressed. */
  readonly size: number;
  /** As a registry serves them; null unless known of every layer. */
  readonly compressedSize: number | null;
  /** Of layers whose content did not change. */
  readonly unchangedSize: number;
  readonly unchangedCompressedSize: number | null;
  /** The layer before those that were built again because of it; null where there is none. */
  readonly cause:
    | (Pick<SnapshotLayer, 'instruction' | 'createdBy'> & {
        readonly layer: number;
        /** Whether it stood behind them in the baseline. */
        readonly isMovedUp: boolean;
      })
    | null;
  readonly layers: readonly PulledLayer[];
}

/** The difference of two images, and why it is. */
export interface Comparison {
  readonly baseline: ComparedFigures & ComparedImage;
  readonly head: ComparedFigures & ComparedImage;
  readonly delta: ComparedFigures;
  /** In the order of the head; removed layers stand where they were. */
  readonly layers: readonly LayerDelta[];
  /** Largest absolute bytes first. */
  readonly causes: readonly Cause[];
  /** Content that lies in other layers than before, most bytes first. */
  readonly moved: readonly MovedContent[];
  /** Files and directories with another path, most bytes first. */
  readonly renamed: readonly RenamedPath[];
  /** Instructions without a layer that differ; empty where a Dockerfile is not known. */
  readonly settings: readonly ChangedSetting[];
  /** null in reports of versions that did not measure it. */
  readonly pull: PullCost | null;
  /** null where one of them does not know its packages. */
  readonly packages: PackageChanges | null;
  /** null in reports of versions that did not look. */
  readonly contents: ContentComparison | null;
  /** Whether FROM resolved to other content. null where one of them does not know its base image. */
  readonly baseImageChanged: boolean | null;
  readonly notices: readonly Notice<string>[];
}

export type ComparedImage = Pick<Snapshot, 'reference' | 'commit' | 'imageId'>;
