import type { Match } from './alignment.ts';
import { bestAlignment, commonSubsequence } from './alignment.ts';
import type { Gap, LayerMatch } from './layer-match.ts';
import { exchanged, inOrder, unmatched, wholeGap } from './layer-match.ts';
import { layerKeyword, layerText, layerWords, likeness } from './layer-text.ts';
import type { Snapshot, SnapshotLayer } from './snapshot.ts';

/** Any two instructions of one keyword may be an edit of each other; the more alike, the rather. */
const LEAST_WEIGHT = 0.01;
/** Above it the texts of a gap are not compared: it would take seconds, and only hostile images have such. */
const MOST_COMPARISONS = 250_000;

type Layers = readonly SnapshotLayer[];

/**
 * Matches the layers of two images: base layers as one block, own layers by diffID, then by instruction.
 * Ascending on both sides, in the order of the head; those that only the base has stand where they were.
 * Exchanging the sides exchanges the result, and changes nothing else.
 */
export function matchLayers(base: Snapshot, head: Snapshot): LayerMatch[] {
  const { baseLayerCount: baseCount, layers: before } = base;
  const { baseLayerCount: headCount, layers: after } = head;
  if (baseCount === null || headCount === null) {
    return matchOwn(before, after, wholeGap(before.length, after.length));
  }
  return [
    ...matchBase(before, after, wholeGap(baseCount, headCount)),
    ...matchOwn(before, after, { base: [baseCount, before.length], head: [headCount, after.length] }),
  ];
}

/** Layers of a base image lie on each other: past the first difference none is the same. */
function matchBase(base: Layers, head: Layers, gap: Gap): LayerMatch[] {
  const most = Math.min(gap.base[1], gap.head[1]);
  let same = 0;
  while (same < most && base[same]?.diffId === head[same]?.diffId) same += 1;
  const matches = Array.from({ length: same }, (_, index): Match => [index, index]);
  return inOrder(matches, 'identical', gap, unmatched);
}

/** Of equally good alignments the order of the sides decides: it is fixed here, so that exchanging them is harmless. */
function matchOwn(base: Layers, head: Layers, gap: Gap): LayerMatch[] {
  const [before, after] = [diffIds(base, gap.base), diffIds(head, gap.head)];
  if (before.join() <= after.join()) return matchByContent(base, head, gap);
  return exchanged(matchByContent(head, base, { base: gap.head, head: gap.base }));
}

function diffIds(layers: Layers, [from, to]: readonly [number, number]): string[] {
  return layers.slice(from, to).map(layer => layer.diffId);
}

function matchByContent(base: Layers, head: Layers, gap: Gap): LayerMatch[] {
  const matches = commonSubsequence(diffIds(base, gap.base), diffIds(head, gap.head));
  const baseTexts = base.map(layerText);
  const headTexts = head.map(layerText);
  return inOrder(matches, 'identical', gap, inner => matchByText(baseTexts, headTexts, inner));
}

function matchByText(base: readonly string[], head: readonly string[], gap: Gap): LayerMatch[] {
  const matches = commonSubsequence(base.slice(...gap.base), head.slice(...gap.head));
  return inOrder(matches, 'rebuilt', gap, inner => matchByLikeness(base, head, inner));
}

function matchByLikeness(base: readonly string[], head: readonly string[], gap: Gap): LayerMatch[] {
  const before = base.slice(...gap.base).map(readText);
  const after = head.slice(...gap.head).map(readText);
  if (before.length * after.length > MOST_COMPARISONS) return unmatched(gap);
  const weights = before.map(b =>
    after.map(h => (b.keyword === h.keyword ? LEAST_WEIGHT + likeness(b.words, h.words) : 0)),
  );
  const matches = bestAlignment(before.length, after.length, (i, j) => weights[i]?.[j] ?? 0);
  return inOrder(matches, 'edited', gap, unmatched);
}

function readText(text: string) {
  return { keyword: layerKeyword(text), words: layerWords(text) };
}
