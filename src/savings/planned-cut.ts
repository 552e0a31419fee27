import type { DiffId } from '../base/digest.ts';
import type { Codec } from './codec.ts';

/** Files to cut out of a layer; what several savings cut out alike is cut out once. */
export interface PlannedCut {
  readonly layer: number;
  readonly diffId: DiffId;
  readonly codec: Codec;
  /** Places among the layer's regular files, ascending. */
  readonly files: readonly number[];
  /** Bytes to compress. */
  readonly cost: number;
}
