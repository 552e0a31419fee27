/** How layers are packed that are written. */
export const PACKINGS = ['none', 'gzip', 'zstd'] as const;

/** How a layer is packed, and how hard is tried. */
export interface Packing {
  readonly type: (typeof PACKINGS)[number];
  /** As gzip and zstd have it; null for their usual one. */
  readonly level: number | null;
}

/** Levels that each takes. */
export const PACKING_LEVELS = { gzip: { least: 1, most: 9 }, zstd: { least: 1, most: 22 } } as const;
