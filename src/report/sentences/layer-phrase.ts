import { code, type Phrase, phrase, place } from '../../base/phrase.ts';
import { instructionTitle } from '../layer-name.ts';
import type { Report } from '../report.ts';

/**
 * ` (Dockerfile:2 COPY static /srv/static)`; empty where no one instruction tells.
 * @param layer of the head; null of several
 */
export function layerPhrase({ layers }: NonNullable<Report['comparison']>, layer: number | null): Phrase {
  const found = layers.find(({ headIndex }) => headIndex !== null && headIndex === layer);
  if (found === undefined || found.instruction === null) return [];
  return phrase` (${place(found.instruction)} ${code(instructionTitle(found, 50), 50)})`;
}
