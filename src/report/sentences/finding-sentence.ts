import { formatSize } from '../../base/size.ts';
import { plural } from '../number-text.ts';
import { code, enumerate, type Phrase, pathCode, phrase, place, strong } from '../phrase.ts';
import type { Report } from '../report.ts';

export type ReportFinding = Report['findings'][number];

/** What is wrong, and what to do about it. */
export interface FindingText {
  /** The bytes that the sentence starts with: `21.3 MB`; null where it is not about bytes. */
  readonly lead: string | null;
  /** The rest of the sentence, without its full stop. */
  readonly what: Phrase;
  /** What to do, without capital and full stop; null where nothing is known to do. */
  readonly fix: Phrase | null;
}

const SENTENCES: Readonly<Record<string, (finding: ReportFinding) => Omit<FindingText, 'lead'>>> = {
  'deleted-later': finding => ({
    what: phrase`${subject(finding)} are deleted${by(finding)}`,
    fix: phrase`delete them in the instruction that writes them`,
  }),
  'overwritten-later': finding => ({
    what: phrase`${subject(finding)} are overwritten${by(finding)}`,
    fix: phrase`write each file once, or do both in one instruction`,
  }),
  'metadata-only-copy': finding => ({
    what: phrase`${subject(finding)} are copied${by(finding)} to change only mode, owner or times`,
    fix: phrase`use ${code('COPY --chown')} or ${code('--chmod')}, or change them in the instruction that writes`,
  }),
  'identical-rewrite': finding => ({
    what: phrase`${subject(finding)} are written again unchanged${by(finding)}`,
    fix: phrase`leave the second copy out`,
  }),
  'duplicate-entry': finding => ({
    what: phrase`${subject(finding)} are in the same layer more than once`,
    fix: phrase`build the layer anew with a tool that writes each path once`,
  }),
  'layer-headroom': finding => ({ what: headroom(finding), fix: phrase`merge instructions, or squash` }),
};

export function findingText(finding: ReportFinding): FindingText {
  const sentence = Object.hasOwn(SENTENCES, finding.rule) ? SENTENCES[finding.rule] : undefined;
  if (!sentence) return { lead: null, what: generic(finding), fix: null };
  const lead = finding.evidence.bytes > 0 ? formatSize(finding.evidence.bytes) : null;
  return { lead, ...sentence(finding) };
}

/** The whole sentence, without its full stop. */
export function findingSentence(finding: ReportFinding): Phrase {
  const { lead, what } = findingText(finding);
  return lead === null ? what : phrase`${strong(lead)} ${what}`;
}

/** `; saves 18.0 MB`, where it is not all that the sentence tells anyway. */
export function savingClause({ saving, evidence }: ReportFinding): Phrase {
  if (!saving) return [];
  if (saving.basis === 'proven') return phrase`; proven to save ${strong(formatSize(saving.bytes))}`;
  return saving.bytes === evidence.bytes ? [] : phrase`; saves ${strong(formatSize(saving.bytes))}`;
}

/** `in /var/lib/apt/lists/ written at Dockerfile:2`. */
function subject(finding: ReportFinding): Phrase {
  const { location } = finding;
  const written = location ? phrase` written at ${place(location)}` : writtenIn(finding);
  return phrase`${where(finding)}${written}`;
}

function writtenIn({ evidence }: ReportFinding): Phrase {
  const layer = evidence.layers[0];
  return layer === undefined ? [] : phrase` written in layer ${layer}`;
}

/** The one place, or the first few of many. */
function where({ evidence }: ReportFinding): Phrase {
  const [first, second, ...rest] = evidence.paths;
  if (!first) return [];
  const single = !second || first.bytes * 10 >= evidence.bytes * 9;
  if (single) return phrase`in ${pathCode(first.path, 60)}`;
  const more = rest.length > 0 || evidence.fileCount > 2 ? [phrase`more`] : [];
  return phrase`in ${enumerate([phrase`${pathCode(first.path, 40)}`, phrase`${pathCode(second.path, 40)}`, ...more])}`;
}

function by({ related, evidence }: ReportFinding): Phrase {
  if (related) return phrase` at ${place(related)}`;
  const layer = evidence.layers.at(-1);
  return evidence.layers.length > 1 && layer !== undefined ? phrase` in layer ${layer}` : phrase` later`;
}

function headroom({ args }: ReportFinding): Phrase {
  const { layers, limit, left } = { layers: args['layers'], limit: args['limit'], left: args['left'] };
  if (typeof layers !== 'number' || typeof limit !== 'number') return phrase`The image has too many layers`;
  if (typeof left === 'number' && left >= 0) {
    return phrase`${plural(layers, 'layer')} of at most ${limit}: room for ${left} more`;
  }
  return phrase`${plural(layers, 'layer')} are more than the ${limit} that engines take`;
}

function generic(finding: ReportFinding): Phrase {
  const { evidence, location } = finding;
  const at = location ? phrase` at ${place(location)}` : [];
  const size = evidence.bytes > 0 ? phrase`: ${formatSize(evidence.bytes)} ${where(finding)}` : [];
  return phrase`${code(finding.rule, 60)}${at}${size}`;
}

/** Largest saving first, then severity; what saves nothing comes last. */
export function rankedFindings(findings: Report['findings']): readonly ReportFinding[] {
  const severity = { error: 0, warning: 1, info: 2 } as const;
  return [...findings].sort(
    (a, b) =>
      (b.saving?.bytes ?? 0) - (a.saving?.bytes ?? 0) ||
      severity[a.severity] - severity[b.severity] ||
      b.evidence.bytes - a.evidence.bytes,
  );
}

/** `Fixes: 2 would save 21.3 MB`. */
export function fixesSentence({ findings, savings }: Report): Phrase {
  const saving = findings.filter(finding => (finding.saving?.bytes ?? 0) > 0).length;
  if (saving === 0) return phrase`Findings: ${findings.length}`;
  const rest = findings.length - saving;
  const others = rest > 0 ? `; ${plural(rest, 'other finding')}` : '';
  return phrase`Fixes: ${saving} would save ${formatSize(savings.bytes)}${others}`;
}
