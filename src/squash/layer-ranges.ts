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

/**
 * The ranges that an image has of what is wanted of each image that is built: layers that it has not are none of them.
 * @returns as `chooseRanges`, and whether the image has all that was named
 * @throws DeadweightError `usage` for ranges that meet
 */
export function fittingRanges(
  wanted: WantedLayers,
  layerCount: number,
  baseLayerCount: number | null,
): { readonly ranges: readonly LayerRange[]; readonly isWhole: boolean } {
  switch (wanted.kind) {
    case 'own':
      // Nobody wants the base image merged because the build did not tell which layers it has.
      return {
        ranges: baseLayerCount === null ? [] : chooseRanges(wanted, layerCount, baseLayerCount),
        isWhole: baseLayerCount !== null,
      };
    case 'last': {
      const count = Math.min(wanted.count, layerCount);
      return { ranges: count < 2 ? [] : lastLayers(count, layerCount), isWhole: count === wanted.count };
    }
    case 'ranges': {
      const known = wanted.texts.filter(text => Number(RANGE.exec(text)?.[1]) < layerCount);
      const clipped = known.map(text =>
        text.replace(/\d+$/, last => String(Math.min(Number(last), layerCount - 1))),
      );
      return {
        ranges: several(apart(clipped.map(text => readRange(text, layerCount)))),
        isWhole: clipped.join() === wanted.texts.join(),
      };
    }
  }
}

/**
 * What is wanted of each image that is built: `own`, `last:4`, or ranges `3..7, 9..12`.
 * @returns null for what is none
 * @throws DeadweightError `usage` for ranges that meet
 */
export function parseWantedLayers(text: string): WantedLayers | null {
  const trimmed = text.trim();
  if (trimmed === 'own') return { kind: 'own' };
  const count = Number(/^last:(\d{1,6})$/.exec(trimmed)?.[1]);
  if (count >= 1) return { kind: 'last', count };
  const texts = trimmed.split(/[\s,]+/).filter(each => each !== '');
  const ranges = texts.map(each => {
    const [, first, last] = RANGE.exec(each) ?? [];
    return { first: Number(first), last: Number(last) };
  });
  if (ranges.length === 0 || !ranges.every(({ first, last }) => first <= last)) return null;
  apart(ranges);
  return { kind: 'ranges', texts };
}

/** As `parseWantedLayers` reads it. */
export function formatWantedLayers(wanted: WantedLayers): string {
  switch (wanted.kind) {
    case 'own':
      return 'own';
    case 'last':
      return `last:${wanted.count}`;
    case 'ranges':
      return wanted.texts.join(',');
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
