import { code, enumerate, gonePlace, type Phrase, phrase, place } from '../../base/phrase.ts';
import type { Report } from '../report.ts';

const MAX_PLACES = 4;

/** `ENV and LABEL changed: Dockerfile:2 and Dockerfile:3.`; null where none did, or nothing tells. */
export function settingsSentence({ comparison }: Report): Phrase | null {
  const settings = comparison?.settings ?? [];
  if (settings.length === 0) return null;
  const keywords = [...new Set(settings.map(({ keyword }) => keyword))];
  const places = settings
    .slice(0, MAX_PLACES)
    .map(({ image, instruction }) =>
      image === 'head' ? phrase`${place(instruction)}` : phrase`base’s ${gonePlace(instruction)}`,
    );
  const more = settings.length - places.length;
  const where = enumerate(more > 0 ? [...places, phrase`${more} more`] : places);
  return phrase`${enumerate(keywords.map(each => phrase`${code(each, 20)}`))} changed: ${where}.`;
}
