import { type Phrase, phrase } from '../../base/phrase.ts';
import type { KnownKind } from '../../compare/known-path.ts';
import { cacheAdvice } from '../../package-managers/manager-words.ts';
import { type CacheKind, findCache } from '../../package-managers/package-managers.ts';
import type { Finding } from '../finding.ts';
import type { WasteArgs } from '../waste/waste-defect.ts';
import { hiddenAt, inPlaces, madeAt, NEARLY_ALL } from './evidence-phrases.ts';

type WasteFinding = Finding<string, WasteArgs>;

/** What wasted bytes are and where they were written: `of apt lists written at Dockerfile:2`. */
export function wastedFiles(finding: WasteFinding): Phrase {
  return finding.args.places > 1 ? contents(finding) : phrase`${contents(finding)}${madeAt(finding)}`;
}

/** What hid them: ` at Dockerfile:4`, ` later, in 3 places`. */
export function hiddenLater(finding: WasteFinding): Phrase {
  const { places } = finding.args;
  return places > 1 ? phrase` later, in ${places} places` : hiddenAt(finding);
}

/** What copies of the base image's files waste: `in /usr/bin/app of the base image`. */
export function copiesOfBase(finding: WasteFinding): Phrase {
  return phrase`${contents(finding)} of the base image`;
}

/** The kind that makes up nearly all of a finding's bytes; null where none does. */
export function wholeKind({ args, evidence }: WasteFinding): KnownKindWords | null {
  const share = evidence.bytes > 0 ? args.whatBytes / evidence.bytes : 0;
  return share >= NEARLY_ALL ? wordsOf(args.what) : null;
}

function contents(finding: WasteFinding): Phrase {
  const whole = wholeKind(finding);
  if (whole)
    return whole.tellsPath ? phrase`of ${whole.noun}` : phrase`of ${whole.noun} ${inPlaces(finding)}`;
  const most = wordsOf(finding.args.what);
  const share = most ? phrase`, mostly ${most.noun},` : [];
  return phrase`${inPlaces(finding)}${share}`;
}

/** What people call such files, and how an image does without them. */
interface KnownKindWords {
  readonly noun: string;
  /** What to do where a later instruction deletes them. */
  readonly advice: Phrase;
  /** Whether the noun says where they are, so that a sentence needs no path. */
  readonly tellsPath: boolean;
}

/** Kinds other than the caches of package managers. */
const OTHERS: Readonly<Record<Exclude<KnownKind, CacheKind>, KnownKindWords>> = {
  archives: {
    noun: 'archives',
    advice: phrase`download, unpack and delete them in one RUN, or in another stage`,
    tellsPath: false,
  },
  'temporary-files': {
    noun: 'temporary files',
    advice: phrase`delete them in the instruction that writes them`,
    tellsPath: false,
  },
};

/** What package managers have to rewrite: no kind of a path, as it is told of whole. */
export const STATE_KIND = 'package-state';

const STATE: KnownKindWords = {
  noun: 'what package managers write at every call',
  advice: phrase`merge the two RUNs`,
  tellsPath: false,
};

/** @param kind null, or unknown to this version, where a report says so */
function wordsOf(kind: string | null): KnownKindWords | null {
  const known = findCache(kind);
  if (known !== null) return { noun: known.cache.noun, advice: cacheAdvice(known), tellsPath: true };
  if (kind === STATE_KIND) return STATE;
  return kind !== null && isOther(kind) ? OTHERS[kind] : null;
}

function isOther(kind: string): kind is keyof typeof OTHERS {
  return Object.hasOwn(OTHERS, kind);
}
