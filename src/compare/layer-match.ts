import type { Match } from './alignment.ts';

/** How two layers came together: the same bytes, the same instruction, or an instruction that was edited. */
export type MatchKind = 'identical' | 'rebuilt' | 'edited' | 'base-only' | 'head-only';

/** A layer of the one side, of the other, or of both. Positions are indexes of the snapshots' layers. */
export interface LayerMatch {
  readonly kind: MatchKind;
  readonly base: number | null;
  readonly head: number | null;
}

/** What lies between two matches on both sides: from, and to (exclusive). */
export interface Gap {
  readonly base: readonly [from: number, to: number];
  readonly head: readonly [from: number, to: number];
}

/** The gap that holds all of both sides. */
export function wholeGap(base: number, head: number): Gap {
  return { base: [0, base], head: [0, head] };
}

/** The matches, and what `fill` makes of the gaps before, between and after them. */
export function inOrder(
  matches: readonly Match[],
  kind: MatchKind,
  whole: Gap,
  fill: (gap: Gap) => readonly LayerMatch[],
): LayerMatch[] {
  const result: LayerMatch[] = [];
  let [base, baseEnd] = whole.base;
  let [head, headEnd] = whole.head;
  for (const [first, second] of matches) {
    const [nextBase, nextHead] = [first + whole.base[0], second + whole.head[0]];
    result.push(...fill({ base: [base, nextBase], head: [head, nextHead] }));
    result.push({ kind, base: nextBase, head: nextHead });
    base = nextBase + 1;
    head = nextHead + 1;
  }
  return [...result, ...fill({ base: [base, baseEnd], head: [head, headEnd] })];
}

/** None of the gap's layers belong together: those of the base stand first. */
export function unmatched({ base, head }: Gap): LayerMatch[] {
  return [
    ...range(base).map((index): LayerMatch => ({ kind: 'base-only', base: index, head: null })),
    ...range(head).map((index): LayerMatch => ({ kind: 'head-only', base: null, head: index })),
  ];
}

function range([from, to]: readonly [number, number]): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** The same matches with base and head exchanged. */
export function exchanged(matches: readonly LayerMatch[]): LayerMatch[] {
  const flipped = matches.map(
    ({ kind, base, head }): LayerMatch => ({ kind: OPPOSITE[kind], base: head, head: base }),
  );
  return removedFirst(flipped);
}

const OPPOSITE: Readonly<Record<MatchKind, MatchKind>> = {
  identical: 'identical',
  rebuilt: 'rebuilt',
  edited: 'edited',
  'base-only': 'head-only',
  'head-only': 'base-only',
};

/** Within each run of unmatched layers: those of the base, then those of the head. */
function removedFirst(matches: readonly LayerMatch[]): LayerMatch[] {
  const ordered: LayerMatch[] = [];
  let added: LayerMatch[] = [];
  for (const match of matches) {
    if (match.kind === 'head-only') {
      added.push(match);
      continue;
    }
    if (match.kind !== 'base-only') {
      ordered.push(...added);
      added = [];
    }
    ordered.push(match);
  }
  return [...ordered, ...added];
}
