/** Why bytes are in a layer and not in the final filesystem. */
export const WASTE_REASONS = [
  /** a whiteout of the path or of a directory above it */
  'deleted',
  /** written again with other content */
  'overwritten',
  /** written again with the same content; only mode, owner or times differ (a copy-up) */
  'metadata-only',
  /** written again, the same in content, mode, owner and times */
  'identical',
  /** its directory was made opaque: removed and made anew in one step */
  'opaque-directory',
  /** a directory took the file's place */
  'replaced-by-directory',
  /** a file, link or device took the place of it or of a directory above it, and it is no regular file */
  'replaced-by-other',
  /** the tar of one layer carries the path more than once */
  'duplicate-entry',
] as const;

export type WasteReason = (typeof WASTE_REASONS)[number];
