import { enumerate, type Phrase, pathCode, phrase, place } from '../../base/phrase.ts';
import type { Finding } from '../finding.ts';

/** A file or directory that makes up this share of the bytes stands for all of them. */
export const NEARLY_ALL = 0.9;

/** Where the bytes are: the one place, or the first two of many: `in /var/lib/apt/lists/`. */
export function inPlaces({ evidence }: Finding): Phrase {
  const [first, second, ...rest] = evidence.paths;
  if (!first) return phrase`in files`;
  if (!second || first.bytes >= evidence.bytes * NEARLY_ALL) return phrase`in ${pathCode(first.path, 60)}`;
  const more = rest.length > 0 || evidence.fileCount > 2 ? [phrase`more`] : [];
  return phrase`in ${enumerate([phrase`${pathCode(first.path, 40)}`, phrase`${pathCode(second.path, 40)}`, ...more])}`;
}

const COPIES = /^\s*(?:COPY|ADD)\s/i;

/**
 * What made the files: ` written at Dockerfile:2`, ` written in layer 1`; empty where nothing tells. Whatever a copy
 * brings, it neither installs nor writes it: ` copied at Dockerfile:2`.
 */
export function madeAt({ location, evidence }: Finding, verb = 'written'): Phrase {
  if (location) {
    const done = COPIES.test(location.text) ? verb.replace(/\w+$/, 'copied') : verb;
    return phrase` ${done} at ${place(location)}`;
  }
  const layer = evidence.layers[0];
  return layer === undefined ? [] : phrase` ${verb} in layer ${layer}`;
}

/** What hid the files: ` at Dockerfile:4`, ` in layer 3`, ` later`. */
export function hiddenAt({ related, evidence }: Finding): Phrase {
  if (related) return phrase` at ${place(related)}`;
  const layer = evidence.layers.at(-1);
  return evidence.layers.length > 1 && layer !== undefined ? phrase` in layer ${layer}` : phrase` later`;
}

/** ` at Dockerfile:4`; empty where it has no place. */
export function atLocation({ location }: Finding): Phrase {
  return location ? phrase` at ${place(location)}` : [];
}

/** The second place of a finding: ` at Dockerfile:5`; empty where it has none. */
export function atRelated({ related }: Finding): Phrase {
  return related ? phrase` at ${place(related)}` : [];
}

/** As `madeAt`, for files of which a copy out of a stage may name, as its second place, what wrote them there. */
export function leftAt(finding: Finding, verb = 'written'): Phrase {
  const { location, related } = finding;
  const made = madeAt(finding, verb);
  return location === null || related === null || !COPIES.test(location.text)
    ? made
    : phrase`${made} (${verb.replace(/^is /, '')} at ${place(related)})`;
}

/** `of logs in /var/log/ written at Dockerfile:2`. */
export function leftoverFiles(noun: string, finding: Finding): Phrase {
  return phrase`of ${noun} ${inPlaces(finding)}${leftAt(finding)}`;
}

/** What came along with a directory of the context: `of tests in /app/tests/ was copied with its directory …`. */
export function copiedAlong(noun: string, finding: Finding): Phrase {
  return phrase`of ${noun} ${inPlaces(finding)} was copied with its directory${atLocation(finding)}`;
}
