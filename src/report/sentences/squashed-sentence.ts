import { formatSize, plural } from '../../base/number-text.ts';
import { enumerate, type Phrase, phrase } from '../../base/phrase.ts';
import type { Report } from '../report.ts';

export type ReportSquashed = NonNullable<Report['squashed']>;

/** What merging layers of the image made of it before it was weighed; null where none were merged. */
export function squashedSentence({ squashed, image }: Report): Phrase | null {
  if (!squashed || squashed.ranges.length === 0) return null;
  const { before, ranges, dropped } = squashed;
  const merged = enumerate(
    ranges.map(
      ({ first, last, size }) =>
        phrase`layers ${first} ${last === first + 1 ? 'and' : 'to'} ${last} of the build are one of ${formatSize(size)}`,
    ),
  );
  const freed = ranges.reduce((sum, { saving }) => sum + saving.bytes, 0);
  const sizes =
    freed === 0
      ? phrase`which frees nothing`
      : phrase`which frees ${formatSize(freed)} (the build has ${formatSize(before.size)})`;
  const layers = `${before.layerCount} → ${plural(image.layerCount, 'layer')}`;
  const left =
    dropped.length === 0
      ? phrase``
      : phrase` Left out: ${enumerate(dropped.map(each => phrase`${NAMES[each]}`))}, which are of the image as it was.`;
  return phrase`Squashed, ${layers}: ${merged}, ${sizes}.${left}`;
}

type Dropped = ReportSquashed['dropped'][number];

/** What held for the image that it was, and holds no more. */
const NAMES = {
  'inline-cache': 'the record of the inline cache',
  attestations: 'the attestations',
  annotations: 'annotations of its base image or files',
} as const satisfies Readonly<Record<Dropped, string>>;

/** The same, and why. */
export const DROPPED = {
  'inline-cache': `${NAMES['inline-cache']}, which tells of other layers`,
  attestations: `${NAMES.attestations}, which are of another image`,
  annotations: `${NAMES.annotations}, which tell of other layers`,
} as const satisfies Readonly<Record<Dropped, string>>;
