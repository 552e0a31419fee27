import { bestAlignment, commonSubsequence, type Match } from './alignment.ts';
import { layerKeyword, layerText, layerWords, likeness } from './layer-text.ts';
import type { Snapshot, SnapshotLayer } from './snapshot.ts';

/** Any two instructions of one keyword may be an edit of each other; the more alike, the rather. */
const MIN_WEIGHT = 0.01;
/** Above it the texts of a gap are not compared: it would take seconds, and only hostile images have such. */
const MAX_COMPARISONS = 250_000;

type Layers = readonly SnapshotLayer[];

/**
 * Matches the layers of two images: base layers as one block, own layers by diffID, then by instruction.
 * Ascending on both sides, in the order of the head; those that only the baseline has stand where they were.
 * Exchanging the two exchanges the result, and changes nothing else.
 */
export function matchLayers(baseline: Snapshot, head: Snapshot): LayerMatch[] {
  const { baseLayerCount: baselineCount, layers: before } = baseline;
  const { baseLayerCount: headCount, layers: after } = head;
  if (baselineCount === null || headCount === null) {
    return matchOwn(before, after, wholeGap(before.length, after.length));
  }
  return [
    ...matchBase(before, after, wholeGap(baselineCount, headCount)),
    ...matchOwn(before, after, { baseline: [baselineCount, before.length], head: [headCount, after.length] }),
  ];
}

/** Layers of a base image lie on each other: past the first difference none is the same. */
function matchBase(baseline: Layers, head: Layers, gap: Gap): LayerMatch[] {
  const most = Math.min(gap.baseline[1], gap.head[1]);
  let same = 0;
  while (same < most && baseline[same]?.diffId === head[same]?.diffId) same += 1;
  const matches = Array.from({ length: same }, (_, index): Match => [index, index]);
  return fillGaps(matches, 'identical', gap, leaveUnmatched);
}

/** Of equally good alignments the order of the sides decides: it is fixed here, so that exchanging them is harmless. */
function matchOwn(baseline: Layers, head: Layers, gap: Gap): LayerMatch[] {
  const [before, after] = [diffIds(baseline, gap.baseline), diffIds(head, gap.head)];
  if (before.join() <= after.join()) return matchByContent(baseline, head, gap);
  return exchangeSides(matchByContent(head, baseline, { baseline: gap.head, head: gap.baseline }));
}

function diffIds(layers: Layers, [from, to]: readonly [number, number]): string[] {
  return layers.slice(from, to).map(layer => layer.diffId);
}

function matchByContent(baseline: Layers, head: Layers, gap: Gap): LayerMatch[] {
  const matches = commonSubsequence(diffIds(baseline, gap.baseline), diffIds(head, gap.head));
  const baselineTexts = baseline.map(layerText);
  const headTexts = head.map(layerText);
  return fillGaps(matches, 'identical', gap, inner => matchByText(baselineTexts, headTexts, inner));
}

function matchByText(baseline: readonly string[], head: readonly string[], gap: Gap): LayerMatch[] {
  const matches = commonSubsequence(baseline.slice(...gap.baseline), head.slice(...gap.head));
  return fillGaps(matches, 'rebuilt', gap, inner => matchByLikeness(baseline, head, inner));
}

function matchByLikeness(baseline: readonly string[], head: readonly string[], gap: Gap): LayerMatch[] {
  const before = baseline.slice(...gap.baseline).map(readText);
  const after = head.slice(...gap.head).map(readText);
  if (before.length * after.length > MAX_COMPARISONS) return leaveUnmatched(gap);
  const weights = before.map(b =>
    after.map(h => (b.keyword === h.keyword ? MIN_WEIGHT + likeness(b.words, h.words) : 0)),
  );
  const matches = bestAlignment(before.length, after.length, (i, j) => weights[i]?.[j] ?? 0);
  return fillGaps(matches, 'edited', gap, leaveUnmatched);
}

function readText(text: string) {
  return { keyword: layerKeyword(text), words: layerWords(text) };
}

/** How two layers came together: the same bytes, the same instruction, or an instruction that was edited. */
export type MatchKind = 'identical' | 'rebuilt' | 'edited' | 'baseline-only' | 'head-only';

/** A layer of the baseline, of the head, or of both. Positions are indexes of the snapshots' layers. */
export interface LayerMatch {
  readonly kind: MatchKind;
  readonly baseline: number | null;
  readonly head: number | null;
}

/** What lies between two matches on both sides: from, and to (exclusive). */
interface Gap {
  readonly baseline: readonly [from: number, to: number];
  readonly head: readonly [from: number, to: number];
}

/** The gap that holds all of both sides. */
function wholeGap(baseline: number, head: number): Gap {
  return { baseline: [0, baseline], head: [0, head] };
}

/** The matches, and what `fill` makes of the gaps before, between and after them. */
function fillGaps(
  matches: readonly Match[],
  kind: MatchKind,
  whole: Gap,
  fill: (gap: Gap) => readonly LayerMatch[],
): LayerMatch[] {
  const result: LayerMatch[] = [];
  let [baseline, baselineEnd] = whole.baseline;
  let [head, headEnd] = whole.head;
  for (const [first, second] of matches) {
    const [nextBaseline, nextHead] = [first + whole.baseline[0], second + whole.head[0]];
    result.push(...fill({ baseline: [baseline, nextBaseline], head: [head, nextHead] }));
    result.push({ kind, baseline: nextBaseline, head: nextHead });
    baseline = nextBaseline + 1;
    head = nextHead + 1;
  }
  return [...result, ...fill({ baseline: [baseline, baselineEnd], head: [head, headEnd] })];
}

/** None of the gap's layers belong together: those of the baseline stand first. */
function leaveUnmatched({ baseline, head }: Gap): LayerMatch[] {
  return [
    ...range(baseline).map((index): LayerMatch => ({ kind: 'baseline-only', baseline: index, head: null })),
    ...range(head).map((index): LayerMatch => ({ kind: 'head-only', baseline: null, head: index })),
  ];
}

function range([from, to]: readonly [number, number]): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** The matches as they are when baseline and head change places. */
function exchangeSides(matches: readonly LayerMatch[]): LayerMatch[] {
  const flipped = matches.map(
    ({ kind, baseline, head }): LayerMatch => ({ kind: OPPOSITE[kind], baseline: head, head: baseline }),
  );
  return removedFirst(flipped);
}

const OPPOSITE: Readonly<Record<MatchKind, MatchKind>> = {
  identical: 'identical',
  rebuilt: 'rebuilt',
  edited: 'edited',
  'baseline-only': 'head-only',
  'head-only': 'baseline-only',
};

/** Within each run of unmatched layers: those of the baseline, then those of the head. */
function removedFirst(matches: readonly LayerMatch[]): LayerMatch[] {
  const ordered: LayerMatch[] = [];
  let added: LayerMatch[] = [];
  for (const match of matches) {
    if (match.kind === 'head-only') {
      added.push(match);
      continue;
    }
    if (match.kind !== 'baseline-only') {
      ordered.push(...added);
      added = [];
    }
    ordered.push(match);
  }
  return [...ordered, ...added];
}
