import type { DockerfileInstruction } from '../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../dockerfile/shell/run-script.ts';
import { addBytes, type LayerBytes, type PlaceOf } from './cause-places.ts';
import type { ComparedImages } from './compared-images.ts';
import type { CausePlace, FileDelta, MovedContent } from './comparison.ts';
import type { DifferingSides } from './differing-files.ts';
import type { FilePair } from './file-changes.ts';
import { summarizePaths } from './path-summary.ts';
import type { PathBytes } from './snapshot.ts';

/** Moved contents that a comparison lists. */
const MAX_LISTED = 20;
/** Below this share of both layers what they have in common is a coincidence: a lock file, a licence. */
const MIN_SHARE = 0.1;

/** Bytes that went from a layer of the baseline to one of the head. */
interface Flow {
  readonly baseline: number;
  readonly head: number;
  bytes: number;
  /** Files. */
  count: number;
}

function flowKey(baseline: number, head: number): number {
  return baseline * 0x10000 + head;
}

/** Which instructions hold what others held: RUNs that were split, merged, moved or put in another order. */
export function findMovedContent(pairs: readonly FilePair[], images: ComparedImages): MovedContent[] {
  const { baseline, head, sides, places, areMatched } = images;
  const flows = addUp(pairs, sides).filter(({ baseline: from, head: to, bytes }) => {
    const smaller = Math.min(baseline.layers[from]?.size ?? 0, head.layers[to]?.size ?? 0);
    return bytes > 0 && bytes >= smaller * MIN_SHARE;
  });
  const isMoved = (flow: Flow): boolean => !areMatched(flow.baseline, flow.head);
  const elsewhere = new Set(flows.map(flow => flow.baseline));
  const parts = connect(flows)
    .map(part => ({ part, bytes: sumOf(part.filter(isMoved)) }))
    .filter(({ part }) => part.some(isMoved))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, MAX_LISTED);
  return parts.map(({ part, bytes }): MovedContent => {
    const heads = sumsBy(part, flow => flow.head);
    const baselines = sumsBy(part, flow => flow.baseline);
    const [only = 0, ...others] = heads.keys();
    const absorbed = others.length === 0 ? absorbedBy(only, images, elsewhere) : [];
    for (const layer of absorbed) baselines.set(layer, baselines.get(layer) ?? 0);
    return {
      kind: kindOf(baselines.size, heads.size),
      packages: [],
      files: filesOf(part.filter(isMoved), pairs, sides),
      bytes,
      baseline: placesIn(baselines, places.baseline),
      head: placesIn(heads, places.head),
    };
  });
}

function sumOf(flows: readonly Flow[]): number {
  return flows.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Bytes by the index of a layer. */
function sumsBy(flows: readonly Flow[], layerOf: (flow: Flow) => number): LayerBytes {
  const sums: LayerBytes = new Map();
  for (const flow of flows) addBytes(sums, layerOf(flow), flow.bytes);
  return sums;
}

/** In the order of their image. */
function placesIn(bytes: LayerBytes, placeOf: PlaceOf): CausePlace[] {
  return [...bytes].sort(([a], [b]) => a - b).map(([layer, sum]) => placeOf(layer, sum));
}

/** Of more files than that their directories say little, and to name them takes long. */
const MAX_NAMED = 2000;

/** Where most of it lies. */
function filesOf(
  flows: readonly Flow[],
  pairs: readonly FilePair[],
  { paths, baseline, head }: DifferingSides,
): readonly FileDelta[] {
  if (flows.reduce((sum, { count }) => sum + count, 0) > MAX_NAMED) return [];
  const isMeant = new Set(flows.map(flow => flowKey(flow.baseline, flow.head)));
  const moved = pairs.flatMap(({ before, after }): PathBytes[] => {
    const isOf = isMeant.has(flowKey(baseline.layerOf(before), head.layerOf(after)));
    return isOf ? [[paths.pathOf(head.nodeOf(after)), head.sizeOf(after)]] : [];
  });
  return summarizePaths(moved, 3).paths;
}

/**
 * Layers of the baseline whose commands a RUN of the head carries out, too, and that no other layer of the head is: what they
 * did is in it, though no file of theirs is left.
 * @param holders layers of the baseline whose files are told already
 */
function absorbedBy(
  layer: number,
  { baseline, head, sources, headLayerOf }: ComparedImages,
  holders: ReadonlySet<number>,
): number[] {
  const commands = new Set(commandsOf(sources.head.instructionOf(layer)));
  if (commands.size === 0 || head.layers.length >= baseline.layers.length) return [];
  return [...baseline.layers.keys()].filter(index => {
    const other = headLayerOf(index);
    if ((other !== null && other !== layer) || holders.has(index)) return false;
    const own = commandsOf(sources.baseline.instructionOf(index));
    return own.length > 0 && own.every(command => commands.has(command));
  });
}

function commandsOf(instruction: DockerfileInstruction | null): readonly string[] {
  if (instruction === null) return [];
  return runScript(instruction).script.commands.map(({ words }) => words.join(' '));
}

function kindOf(from: number, to: number): MovedContent['kind'] {
  if (from === 1 && to === 1) return 'moved';
  if (from === 1) return 'split';
  return to === 1 ? 'merged' : 'rearranged';
}

/** Whether the files have one size and, as far as is known, not the same bytes: they changed, wherever they lie. */
function isOtherContent({ before, after }: FilePair, { baseline, head }: DifferingSides): boolean {
  if (!baseline.knowsContent(before) || !head.knowsContent(after)) return false;
  return baseline.contentOf(before) !== head.contentOf(after);
}

function addUp(pairs: readonly FilePair[], sides: DifferingSides): Flow[] {
  const { baseline, head } = sides;
  const flows = new Map<number, Flow>();
  for (const pair of pairs) {
    if (isOtherContent(pair, sides)) continue;
    const { before, after } = pair;
    const [from, to] = [baseline.layerOf(before), head.layerOf(after)];
    const key = flowKey(from, to);
    let flow = flows.get(key);
    if (flow === undefined) {
      flow = { baseline: from, head: to, bytes: 0, count: 0 };
      flows.set(key, flow);
    }
    flow.bytes += head.sizeOf(after);
    flow.count += 1;
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
