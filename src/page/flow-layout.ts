import { sumOf } from './sum.ts';

/** What goes from one layer to another. */
interface Flow {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

/** The end of flows on one side of the drawing: a layer. Pixels. */
export interface FlowEnd {
  readonly layer: number;
  readonly bytes: number;
  readonly top: number;
  readonly height: number;
}

/** Where a flow begins at the left and ends at the right. Pixels. */
export interface FlowBand<Drawn extends Flow> {
  readonly flow: Drawn;
  readonly left: number;
  readonly right: number;
  readonly leftHeight: number;
  readonly rightHeight: number;
}

export interface FlowLayout<Drawn extends Flow> {
  readonly height: number;
  readonly sources: readonly FlowEnd[];
  readonly sinks: readonly FlowEnd[];
  readonly bands: readonly FlowBand<Drawn>[];
}

/** Pixels: an end has room for its name, and ends do not touch. */
const MIN_HEIGHT = 22;
const GAP = 8;

/**
 * Places flows between the layers that wrote and those that hid, both by their index from the top. Heights are in proportion
 * to the bytes, but that none is lower than its name.
 * @param height of all together, about; pixels
 */
export function flowLayout<Drawn extends Flow>(flows: readonly Drawn[], height: number): FlowLayout<Drawn> {
  const total = Math.max(1, bytesOf(flows));
  const sources = endsOf(flows, 'from', height / total);
  const sinks = endsOf(flows, 'to', height / total);
  const [lefts, rights] = [new Offsets(sources), new Offsets(sinks)];
  const bands = flows
    .toSorted((a, b) => a.from - b.from || a.to - b.to)
    .map(flow => ({ flow, ...lefts.take(flow.from, flow.bytes) }))
    .toSorted((a, b) => a.flow.to - b.flow.to || a.flow.from - b.flow.from)
    .map(({ flow, top, height: leftHeight }) => {
      const { top: right, height: rightHeight } = rights.take(flow.to, flow.bytes);
      return { flow, left: top, leftHeight, right, rightHeight };
    });
  return { height: Math.max(bottomOf(sources), bottomOf(sinks)), sources, sinks, bands };
}

function endsOf(flows: readonly Flow[], side: 'from' | 'to', scale: number): readonly FlowEnd[] {
  const ends: FlowEnd[] = [];
  let top = 0;
  for (const [layer, own] of [...Map.groupBy(flows, flow => flow[side])].sort(([a], [b]) => a - b)) {
    const bytes = bytesOf(own);
    const height = Math.max(MIN_HEIGHT, bytes * scale);
    ends.push({ layer, bytes, top, height });
    top += height + GAP;
  }
  return ends;
}

function bytesOf(flows: readonly Flow[]): number {
  return sumOf(flows, ({ bytes }) => bytes);
}

function bottomOf(ends: readonly FlowEnd[]): number {
  const last = ends.at(-1);
  return last === undefined ? 0 : last.top + last.height;
}

/** How far each end is taken. */
class Offsets {
  readonly #ends: ReadonlyMap<number, FlowEnd>;
  readonly #taken = new Map<number, number>();

  constructor(ends: readonly FlowEnd[]) {
    this.#ends = new Map(ends.map(end => [end.layer, end]));
  }

  take(layer: number, bytes: number): { readonly top: number; readonly height: number } {
    const end = this.#ends.get(layer);
    if (end === undefined) return { top: 0, height: 0 };
    const before = this.#taken.get(layer) ?? 0;
    this.#taken.set(layer, before + bytes);
    const scale = end.height / Math.max(1, end.bytes);
    return { top: end.top + before * scale, height: bytes * scale };
  }
}
