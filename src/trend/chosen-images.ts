import { DeadweightError } from '../base/errors.ts';
import { printable } from '../base/untrusted-text.ts';
import type { NamedSeries } from './trend-report.ts';

/** Names that an error lists. */
const MAX_NAMES = 8;

/**
 * The images that a user means: by title, by title and platform, by key or by the name of the file.
 * @param name null for all of them
 * @param leftOut histories that were not read
 * @throws DeadweightError `usage` where there is none
 */
export function chooseImages(
  images: readonly NamedSeries[],
  name: string | null,
  leftOut = 0,
): readonly NamedSeries[] {
  if (name === null) return images;
  const chosen = images.filter(image => namesOf(image).includes(name));
  if (chosen.length > 0) return chosen;
  const titles = [...new Set(images.map(({ series }) => series.at(-1)?.title ?? ''))];
  const unread = leftOut === 0 ? '' : ` among those that were read (${leftOut} were not)`;
  const listed = titles.slice(0, MAX_NAMES).map(printable).join(', ');
  throw new DeadweightError('usage', {
    message:
      titles.length === 0
        ? `There is no history of ${printable(name)}, nor of any other image.`
        : `There is no history of ${printable(name)}${unread}: there is of ${listed}${titles.length > MAX_NAMES ? ' and others' : ''}.`,
    remedy:
      leftOut === 0
        ? 'Name an image as its reports call it, or none to see all.'
        : 'Name the file of its history with --history.',
  });
}

function namesOf({ file, series }: NamedSeries): readonly string[] {
  const last = series.at(-1);
  if (last === undefined) return [];
  const { title, platform, key } = last;
  return [title, `${title} (${platform})`, key, file, file.replace(/\.[a-z]+$/, '')];
}
