import type { LayerScan } from '../layer/layer-scan.ts';

/** A regular file of the final filesystem: an inode, under its first name. */
export interface PackagedFile {
  readonly path: string;
  readonly bytes: number;
  /** Index of the layer that holds the bytes. */
  readonly layer: number;
}

/** What packages are told from. Every `ImageAnalysis` is one; so is the lower part of a stack with its own files. */
export interface PackagedImage {
  /** Lowest first; made with PACKAGE_COLLECTORS. */
  readonly scans: readonly Pick<LayerScan, 'entries' | 'whiteouts' | 'collected'>[];
  /** Files of the final filesystem. */
  readonly visibleFiles: readonly PackagedFile[];
}
