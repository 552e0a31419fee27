import type { Notice } from '../base/notice.ts';
import type { InstructionLocation } from '../dockerfile/instruction.ts';

/** The figures of one side, or their differences (head − base). Bytes, counts, ratios. */
export interface ComparedFigures {
  readonly size: number;
  /** null unless known on both sides with the same media types. */
  readonly compressedSize: number | null;
  readonly ownSize: number | null;
  readonly baseSize: number | null;
  readonly layerCount: number;
  readonly baseLayerCount: number | null;
  readonly ownLayerCount: number | null;
  readonly efficiency: number;
  readonly ownEfficiency: number | null;
  readonly wastedBytes: number;
  readonly diveEfficiency: number;
}

export type LayerChange = 'added' | 'removed' | 'changed' | 'unchanged';

/** A layer of the one side matched with one of the other: by diffID, then by instruction. */
export interface LayerDelta {
  readonly change: LayerChange;
  readonly origin: 'base' | 'own' | 'unknown';
  readonly baseIndex: number | null;
  readonly headIndex: number | null;
  /** Bytes; null where the side has no such layer. */
  readonly baseSize: number | null;
  readonly headSize: number | null;
  readonly delta: number;
  readonly baseWastedBytes: number | null;
  readonly headWastedBytes: number | null;
  /** Of the head, or of the base where the layer was removed. */
  readonly instruction: InstructionLocation | null;
  readonly createdBy: string;
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
  readonly instruction: InstructionLocation | null;
  readonly createdBy: string;
  /** What moved below it, largest first by absolute bytes; they and `otherBytes` add up to `bytes`. */
  readonly files: readonly FileDelta[];
  readonly otherBytes: number;
}

/** A file, or a directory with all that changed below it (`path` ends in a slash). */
export interface FileDelta {
  readonly path: string;
  /** Signed. */
  readonly bytes: number;
}

export interface Comparison {
  readonly base: ComparedFigures & ComparedSide;
  readonly head: ComparedFigures & ComparedSide;
  readonly delta: ComparedFigures;
  /** In the order of the head; removed layers stand where they were. */
  readonly layers: readonly LayerDelta[];
  /** Largest absolute bytes first. */
  readonly causes: readonly Cause[];
  /** Whether FROM resolved to other content on both sides. null when the base is unknown on a side. */
  readonly baseImageChanged: boolean | null;
  readonly notices: readonly Notice[];
}

export interface ComparedSide {
  readonly reference: string;
  readonly commit: string | null;
  readonly imageId: string;
}
