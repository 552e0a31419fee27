/**
 * When a comment is posted. A comment that is there already is always updated: one that shows a failed budget must
 * not stay when the budget is met again.
 */
export type CommentPolicy =
  /** when the image changed beyond the threshold, or a budget failed */
  | 'auto'
  | 'always'
  | 'on-change'
  | 'on-failure'
  /** and an existing comment is left alone */
  | 'never';

export const COMMENT_POLICIES: readonly CommentPolicy[] = [
  'auto',
  'always',
  'on-change',
  'on-failure',
  'never',
];

export interface Significance {
  /** The image changed beyond the threshold, or nothing is known to compare it with. */
  readonly changed: boolean;
  /** A budget failed. */
  readonly failed: boolean;
}

/** Whether to write, given whether there is a comment of this key. */
export function isPosted(policy: CommentPolicy, significance: Significance, exists: boolean): boolean {
  switch (policy) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'auto':
      return exists || significance.changed || significance.failed;
    case 'on-change':
      return exists || significance.changed;
    case 'on-failure':
      return exists || significance.failed;
  }
}

/** How much may change without a comment; null limits nothing. With neither, every byte counts. */
export interface ChangeThreshold {
  readonly bytes: number | null;
  /** Of the base: 1 is one percent. */
  readonly percent: number | null;
}

/** Whether a change goes beyond the threshold, in either direction: beyond any limit that is set. Bytes. */
export function isBeyond(delta: number, base: number, threshold: ChangeThreshold): boolean {
  const change = Math.abs(delta);
  if (threshold.bytes === null && threshold.percent === null) return change > 0;
  if (threshold.bytes !== null && change > threshold.bytes) return true;
  return threshold.percent !== null && change * 100 > base * threshold.percent;
}
