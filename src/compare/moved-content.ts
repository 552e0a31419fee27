import type { ComparedImages } from './compared-images.ts';
import type { MovedContent } from './comparison.ts';
import type { DifferingSides } from './differing-files.ts';
import type { FilePair } from './file-changes.ts';

/** Moved contents that a comparison lists. */
const MAX_LISTED = 20;
/** Below this share of both layers what they have in common is a coincidence: a lock file, a licence. */
const MIN_SHARE = 0.1;

/** Bytes that went from a layer of the baseline to one of the head. */
interface Flow {
  readonly baseline: number;
  readonly head: number;
  bytes: number;
}

/** Which instructions hold what others held: RUNs that were split, merged, moved or put in another order. */
export function findMovedContent(
  pairs: readonly FilePair[],
  { baseline, head, sides, places, areMatched }: ComparedImages,
): MovedContent[] {
  const flows = addUp(pairs, sides).filter(({ baseline: from, head: to, bytes }) => {
    const smaller = Math.min(baseline.layers[from]?.size ?? 0, head.layers[to]?.size ?? 0);
    return bytes > 0 && bytes >= smaller * MIN_SHARE;
  });
  const isMoved = (flow: Flow): boolean => !areMatched(flow.baseline, flow.head);
  const moved = connect(flows)
    .filter(part => part.some(isMoved))
    .map((part): MovedContent => {
      const from = [...new Set(part.map(flow => flow.baseline))].sort((a, b) => a - b);
      const to = [...new Set(part.map(flow => flow.head))].sort((a, b) => a - b);
      return {
        kind: kindOf(from.length, to.length),
        packages: [],
        bytes: part.filter(isMoved).reduce((sum, { bytes }) => sum + bytes, 0),
        baseline: from.map(layer =>
          places.baseline(
            layer,
            sumOf(part, flow => flow.baseline === layer),
          ),
        ),
        head: to.map(layer =>
          places.head(
            layer,
            sumOf(part, flow => flow.head === layer),
          ),
        ),
      };
    });
  return moved.sort((a, b) => b.bytes - a.bytes).slice(0, MAX_LISTED);
}

function kindOf(from: number, to: number): MovedContent['kind'] {
  if (from === 1 && to === 1) return 'moved';
  if (from === 1) return 'split';
  return to === 1 ? 'merged' : 'rearranged';
}

function sumOf(flows: readonly Flow[], isMeant: (flow: Flow) => boolean): number {
  return flows.filter(isMeant).reduce((sum, { bytes }) => sum + bytes, 0);
}

function addUp(pairs: readonly FilePair[], { baseline, head }: DifferingSides): Flow[] {
  const flows = new Map<number, Flow>();
  for (const { before, after } of pairs) {
    const [from, to] = [baseline.layerOf(before), head.layerOf(after)];
    const key = from * 0x10000 + to;
    const flow = flows.get(key);
    if (flow) flow.bytes += head.sizeOf(after);
    else flows.set(key, { baseline: from, head: to, bytes: head.sizeOf(after) });
  }
  return [...flows.values()];
}

/** The flows that share layers, together. */
function connect(flows: readonly Flow[]): Flow[][] {
  // A layer of the baseline is its index, one of the head the complement of its own.
  const leaders = new Map<number, number>();
  const leaderOf = (layer: number): number => {
    let leader = layer;
    for (let next = leaders.get(leader); next !== undefined; next = leaders.get(leader)) leader = next;
    return leader;
  };
  for (const { baseline, head } of flows) {
    const [one, other] = [leaderOf(baseline), leaderOf(~head)];
    if (one !== other) leaders.set(other, one);
  }
  return [...Map.groupBy(flows, flow => leaderOf(flow.baseline)).values()];
}
