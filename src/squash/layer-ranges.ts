import { DeadweightError } from '../base/errors.ts';
import { plural } from '../base/number-text.ts';
import { printable } from '../base/untrusted-text.ts';
import type { LayerRange } from './layer-merge.ts';

/** Which layers are to become one. */
export type WantedLayers =
  /** The last so many. */
  | { readonly kind: 'last'; readonly count: number }
  /** Those from there to there, each range by itself: `3..7`. */
  | { readonly kind: 'ranges'; readonly texts: readonly string[] }
  /** All above the base image, or all where none is known. */
  | { readonly kind: 'own' };

const RANGE = /^(\d{1,6})\.\.(\d{1,6})$/;

/**
 * The ranges of layers that are to become one each, lowest first.
 * @param layerCount of the image
 * @param baseLayerCount of its base image; null where that is not known
 * @returns none where nothing is to be merged: a range has two layers at least
 * @throws DeadweightError `usage`
 */
export function chooseRanges(
  wanted: WantedLayers,
  layerCount: number,
  baseLayerCount: number | null,
): readonly LayerRange[] {
  switch (wanted.kind) {
    case 'last':
      return lastLayers(wanted.count, layerCount);
    case 'own':
      return several([{ first: baseLayerCount ?? 0, last: layerCount - 1 }]);
    case 'ranges':
      return several(apart(wanted.texts.map(text => readRange(text, layerCount))));
  }
}

function lastLayers(count: number, layerCount: number): readonly LayerRange[] {
  if (!Number.isSafeInteger(count) || count < 1)
    throw unfit(`--last ${count} is no number of layers.`, `Give a number from 1 to ${layerCount}.`);
  if (count > layerCount)
    throw unfit(
      `--last ${count} is more than the image has: ${plural(layerCount, 'layer')}.`,
      `Give a number from 1 to ${layerCount}.`,
    );
  return several([{ first: layerCount - count, last: layerCount - 1 }]);
}

function readRange(text: string, layerCount: number): LayerRange {
  const [, from, to] = RANGE.exec(text) ?? [];
  if (from === undefined || to === undefined)
    throw unfit(
      `--layers ${printable(text)} is no range of layers.`,
      'Give the numbers of the first and the last as the report has them: 3..7.',
    );
  const [first, last] = [Number(from), Number(to)];
  if (first > last)
    throw unfit(`--layers ${text} ends before it begins.`, `Give the lower number first: ${last}..${first}.`);
  if (last >= layerCount)
    throw unfit(
      `--layers ${text} goes beyond the image, whose layers are 0 to ${layerCount - 1}.`,
      'Give numbers of layers as the report has them.',
    );
  return { first, last };
}

function apart(ranges: readonly LayerRange[]): readonly LayerRange[] {
  const sorted = ranges.toSorted((one, other) => one.first - other.first);
  sorted.forEach(({ first, last }, index) => {
    const next = sorted[index + 1];
    if (next === undefined || next.first > last) return;
    const texts = `${first}..${last} and ${next.first}..${next.last}`;
    throw unfit(
      `The ranges ${texts} have a layer in common.`,
      'Give one range for both, or ranges that do not meet.',
    );
  });
  return sorted;
}

function several(ranges: readonly LayerRange[]): readonly LayerRange[] {
  return ranges.filter(({ first, last }) => last > first);
}

function unfit(message: string, remedy: string): DeadweightError {
  return new DeadweightError('usage', { message, remedy });
}
