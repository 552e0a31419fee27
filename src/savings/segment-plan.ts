import type { ByteRange } from '../tar/random-access.ts';
import type { Codec } from './codec.ts';

/** A stretch of a tar: removed runs that are near to each other, with what is around them. Bytes. */
export interface PlannedSegment extends ByteRange {
  /** Of its length. */
  readonly removed: number;
}

/** @param runs removed entries, ascending and apart */
export function planSegments(
  runs: readonly ByteRange[],
  { before, after }: Pick<Codec, 'before' | 'after'>,
  tarSize: number,
): readonly PlannedSegment[] {
  const segments: { start: number; length: number; removed: number }[] = [];
  let open: { start: number; length: number; removed: number } | undefined;
  for (const { start, length } of runs) {
    const from = Math.max(start - before, 0);
    const until = Math.min(start + length + after, tarSize);
    if (open === undefined || from > open.start + open.length) {
      open = { start: from, length: 0, removed: 0 };
      segments.push(open);
    }
    open.length = until - open.start;
    open.removed += length;
  }
  return segments;
}
