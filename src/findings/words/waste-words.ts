import { type Phrase, phrase } from '../../base/phrase.ts';
import type { Finding } from '../finding.ts';
import type { WasteArgs } from '../waste/waste-defect.ts';
import { inPlaces, madeAt, NEARLY_ALL } from './evidence-phrases.ts';
import { type KnownKindWords, knownKindWords } from './known-kind-words.ts';

type WasteFinding = Finding<string, WasteArgs>;

/** What wasted bytes are and where they were written: `of apt lists written at Dockerfile:2`. */
export function wastedFiles(finding: WasteFinding): Phrase {
  return phrase`${contents(finding)}${madeAt(finding)}`;
}

/** The same of copies of the base image's files: `in /usr/bin/app of the base image`. */
export function copiesOfBase(finding: WasteFinding): Phrase {
  return phrase`${contents(finding)} of the base image`;
}

/** The kind that makes up nearly all of a finding's bytes; null where none does. */
export function wholeKind({ args: { what, whatBytes }, evidence: { bytes } }: WasteFinding) {
  const share = bytes > 0 ? whatBytes / bytes : 0;
  return share >= NEARLY_ALL ? wordsOf(what) : null;
}

function contents(finding: WasteFinding): Phrase {
  const whole = wholeKind(finding);
  if (whole)
    return whole.tellsPath ? phrase`of ${whole.noun}` : phrase`of ${whole.noun} ${inPlaces(finding)}`;
  const most = wordsOf(finding.args.what);
  const share = most ? phrase`, mostly ${most.noun},` : [];
  return phrase`${inPlaces(finding)}${share}`;
}

function wordsOf(kind: WasteArgs['what']): KnownKindWords | null {
  return kind === null ? null : knownKindWords(kind);
}
