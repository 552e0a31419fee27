/** Bytes of a path in a layer that would not be there. */
export interface FileClaim {
  /** Index of the layer. */
  readonly layer: number;
  /** Clean: the entry's own, or that of a hard link to it in the same layer. */
  readonly path: string;
  /** Those of the file: less when only a part of it would go. */
  readonly bytes: number;
  /** Which of the copies that one layer has of a path, the largest first; 0 when absent. */
  readonly copy?: number;
}

/** What would go together. */
export interface ClaimedFiles {
  readonly claims: readonly FileClaim[];
}
