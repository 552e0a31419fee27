import { type Phrase, phrase } from '../../base/phrase.ts';
import type { Finding } from '../finding.ts';
import { inPlaces, madeAt } from './evidence-phrases.ts';

/** `of logs in /var/log/ written at Dockerfile:2`. */
export function leftoverFiles(noun: string, finding: Finding): Phrase {
  return phrase`of ${noun} ${inPlaces(finding)}${madeAt(finding)}`;
}
