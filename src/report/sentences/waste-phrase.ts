import { enumerate, type Phrase, pathCode, phrase, place } from '../../base/phrase.ts';
import type { Report } from '../report.ts';
import { type KnownKindWords, knownKindWords } from './known-kind-words.ts';

type ReportFinding = Report['findings'][number];

/** A kind that makes up this share of the bytes stands for all of them. */
const NEARLY_ALL = 0.9;

/** What wasted bytes are and where they were written: `of apt lists written at Dockerfile:2`. */
export function wasteSubject(finding: ReportFinding): Phrase {
  return phrase`${contents(finding)}${writer(finding)}`;
}

/** Where they were hidden: ` at Dockerfile:4`, ` in layer 3`, ` later`. */
export function hiddenAt({ related, evidence }: ReportFinding): Phrase {
  if (related) return phrase` at ${place(related)}`;
  const layer = evidence.layers.at(-1);
  return evidence.layers.length > 1 && layer !== undefined ? phrase` in layer ${layer}` : phrase` later`;
}

/** The kind that makes up nearly all of a finding's bytes; null where none does. */
export function wholeKind({ args, evidence }: ReportFinding): KnownKindWords | null {
  const bytes = args['whatBytes'];
  const share = typeof bytes === 'number' && evidence.bytes > 0 ? bytes / evidence.bytes : 0;
  return share >= NEARLY_ALL ? knownKindWords(args['what']) : null;
}

function contents(finding: ReportFinding): Phrase {
  const whole = wholeKind(finding);
  if (whole) return whole.tellsPath ? phrase`of ${whole.noun}` : phrase`of ${whole.noun} ${where(finding)}`;
  const most = knownKindWords(finding.args['what']);
  const share = most ? phrase`, mostly ${most.noun},` : [];
  return phrase`${where(finding)}${share}`;
}

/** The one place, or the first two of many. */
export function where({ evidence }: ReportFinding): Phrase {
  const [first, second, ...rest] = evidence.paths;
  if (!first) return phrase`in files`;
  if (!second || first.bytes >= evidence.bytes * NEARLY_ALL) return phrase`in ${pathCode(first.path, 60)}`;
  const more = rest.length > 0 || evidence.fileCount > 2 ? [phrase`more`] : [];
  return phrase`in ${enumerate([phrase`${pathCode(first.path, 40)}`, phrase`${pathCode(second.path, 40)}`, ...more])}`;
}

/** ` written at Dockerfile:2`, ` written in layer 1`. */
export function writer({ args, location, evidence }: ReportFinding): Phrase {
  if (args['copiedFromBase'] === true) return phrase` of the base image`;
  if (location) return phrase` written at ${place(location)}`;
  const layer = evidence.layers[0];
  return layer === undefined ? [] : phrase` written in layer ${layer}`;
}
