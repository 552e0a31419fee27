import { type Phrase, phrase } from '../../base/phrase.ts';
import type { Finding } from '../finding.ts';
import { atLocation, inPlaces, madeAt } from './evidence-phrases.ts';

/** `of logs in /var/log/ written at Dockerfile:2`. */
export function leftoverFiles(noun: string, finding: Finding): Phrase {
  return phrase`of ${noun} ${inPlaces(finding)}${madeAt(finding)}`;
}

/** What came along with a directory of the context: `of tests in /app/tests/ was copied with its directory …`. */
export function copiedAlong(noun: string, finding: Finding): Phrase {
  return phrase`of ${noun} ${inPlaces(finding)} was copied with its directory${atLocation(finding)}`;
}
