import type { InventoryRow } from './inventory.ts';

/** What became of a path. `changed`: both images have it, with another size or content. */
export const PATH_CHANGES = ['added', 'removed', 'changed', 'unchanged'] as const;
export type PathChange = (typeof PATH_CHANGES)[number];

/** What tells an image's path from that of another one. */
export interface ComparedPath {
  /** Bytes of all layers that have a file there. */
  readonly size: number;
  /** The entry of the highest layer that has it. */
  readonly top: Pick<InventoryRow, 'kind' | 'linkname'>;
  /** Tells contents apart; null where it is not known. */
  readonly content: string | null;
}

/**
 * What became of a path of two images; the page compares by it, too.
 * @param hasFilesAlone whether one of them lists files with bytes alone: of all else, nothing is known to have changed
 */
export function pathChange(
  head: ComparedPath | null,
  baseline: ComparedPath | null,
  hasFilesAlone: boolean,
): PathChange {
  const isEmpty = (head?.size ?? 0) === 0 && (baseline?.size ?? 0) === 0;
  if (isEmpty && hasFilesAlone) return 'unchanged';
  if (baseline === null) return 'added';
  if (head === null) return 'removed';
  const isSame =
    head.size === baseline.size &&
    (hasFilesAlone || isSameEntry(head.top, baseline.top)) &&
    (head.content === null || baseline.content === null || head.content === baseline.content);
  return isSame ? 'unchanged' : 'changed';
}

function isSameEntry(one: ComparedPath['top'], other: ComparedPath['top']): boolean {
  return one.kind === other.kind && one.linkname === other.linkname;
}
