import { formatSize, plural } from '../../base/number-text.ts';
import { code, type Phrase, phrase, place, placeAside, plainText, strong } from '../../base/phrase.ts';
import { ruleAddress } from '../../findings/rule-address.ts';
import { describeFinding } from '../../findings/rules.ts';
import { inPlaces } from '../../findings/words/evidence-phrases.ts';
import { isByteCount } from '../../layer/json-value.ts';
import type { Report, ReportFinding } from '../report.ts';
import { editsPhrase } from './edit-phrase.ts';

/** What is said of a finding, in the parts that a line is made of. */
export interface FindingParts {
  /** The bytes that the sentence starts with: `21.3 MB`; null where it is not about bytes. */
  readonly lead: string | null;
  /** What is wrong: the rest of the sentence, without its full stop. */
  readonly what: Phrase;
  /** What to do about it, without capital and full stop; null where nothing is known to do. */
  readonly fix: Phrase | null;
  /** `; saves 18.0 MB`: what the sentence does not tell anyway. */
  readonly saving: Phrase;
}

export function findingParts(finding: ReportFinding): FindingParts {
  const saving = savingClause(finding);
  const words = describeFinding(finding);
  if (words === null) return { lead: null, what: genericSentence(finding), fix: null, saving };
  const lead = finding.evidence.bytes > 0 ? formatSize(finding.evidence.bytes) : null;
  return { lead, what: words.what, fix: mergeAdvice(finding) ?? words.fix, saving };
}

/** What is said of each of them. Of one sentence for several lines, only the lines tell them apart: it names them. */
export function distinctParts(findings: readonly ReportFinding[]): readonly FindingParts[] {
  const all = findings.map(findingParts);
  const alike = Map.groupBy(all, parts => plainText(lineOf(parts)));
  return all.map((parts, index) => {
    const isAlike = (alike.get(plainText(lineOf(parts)))?.length ?? 0) > 1;
    const location = findings[index]?.location ?? null;
    return isAlike ? { ...parts, what: phrase`${parts.what}${placeAside(location)}` } : parts;
  });
}

/** `21.3 MB of … are deleted at Dockerfile:4 — delete them in …; proven to save 20.0 MB.` */
export function findingLine(finding: ReportFinding): Phrase {
  return lineOf(findingParts(finding));
}

/** The line of these parts, with its full stop. */
export function lineOf(parts: FindingParts): Phrase {
  return phrase`${sentenceOf(parts)}${remedyOf(parts)}${parts.saving}.`;
}

/** What is wrong, without a full stop: `21.3 MB of … are deleted at Dockerfile:4`. */
export function findingSentence(finding: ReportFinding): Phrase {
  return sentenceOf(findingParts(finding));
}

/** Beside the lines that a fix changes: the saving stands for itself, with how it is known. */
export function suggestionLine(finding: ReportFinding): Phrase {
  const parts = findingParts(finding);
  return phrase`${sentenceOf(parts)}${remedyOf(parts)}.${savingSentence(finding)}`;
}

/**
 * ` (deleted-later)`, linked to the page of the rule, behind what is said of a finding; ` (credentials, error)` where it
 * is no warning. Without the rule where there is no page.
 */
export function ruleAside({ rule, severity }: Pick<ReportFinding, 'rule' | 'severity'>): Phrase {
  const url = ruleAddress(rule);
  const level = severity === 'warning' ? null : severity;
  if (url === null) return level === null ? [] : phrase` (${level})`;
  return phrase` (${{ kind: 'link', text: rule, url }}${level === null ? '' : `, ${level}`})`;
}

function sentenceOf({ lead, what }: FindingParts): Phrase {
  return lead === null ? what : phrase`${strong(lead)} ${what}`;
}

function remedyOf({ fix }: FindingParts): Phrase {
  return fix === null ? [] : phrase` — ${fix}`;
}

/** Where RUNs are to be merged, that is the fix, whatever their files are. */
function mergeAdvice({ edits, location }: ReportFinding): Phrase | null {
  const merge = edits.find(({ kind }) => kind === 'merge-runs');
  return merge && location ? editsPhrase(edits, location.file) : null;
}

/** `; saves 18.0 MB`, `; proven to save 18.0 MB (6.1 MB compressed)`; empty where the sentence says so much. */
function savingClause({ saving, evidence, args }: ReportFinding): Phrase {
  if (!saving) return [];
  const { bytes, addedBytes, compressedBytes, basis } = saving;
  const size = strong(formatSize(bytes));
  const compressed = compressedBytes === null ? '' : `${formatSize(compressedBytes)} compressed`;
  const shared =
    addedBytes === bytes
      ? ''
      : addedBytes === 0
        ? 'all of it counted above'
        : `${formatSize(addedBytes)} of it not counted above`;
  const remarks = [compressed, storedTwice(args), shared].filter(remark => remark !== '').join(', ');
  const aside = remarks === '' ? '' : ` (${remarks})`;
  if (basis === 'proven') return phrase`; proven to save ${size}${aside}`;
  if (bytes === evidence.bytes && aside === '') return [];
  return phrase`; saves ${size}${aside}`;
}

/** What of the saving layers hold besides what the finding is about. */
function storedTwice({ copyBytes }: ReportFinding['args']): string {
  return isByteCount(copyBytes) && copyBytes > 0
    ? `${formatSize(copyBytes)} of it stored twice for mode or owner`
    : '';
}

/** ` Saves 18.0 MB, 6.1 MB compressed (predicted).` */
function savingSentence({ saving }: ReportFinding): Phrase {
  if (!saving || saving.bytes === 0) return [];
  const { bytes, compressedBytes, basis } = saving;
  const compressed = compressedBytes === null ? '' : `, ${formatSize(compressedBytes)} compressed`;
  const known = basis === 'proven' ? 'proven by building it' : 'predicted';
  return phrase` Saves ${strong(formatSize(bytes))}${compressed} (${known}).`;
}

/** Of a rule that this version does not know, or of arguments that are not its: `deleted-later at Dockerfile:2`. */
function genericSentence(finding: ReportFinding): Phrase {
  const { evidence, location } = finding;
  const at = location ? phrase` at ${place(location)}` : [];
  const size = evidence.bytes > 0 ? phrase`: ${formatSize(evidence.bytes)} ${inPlaces(finding)}` : [];
  return phrase`${code(finding.rule, 60)}${at}${size}`;
}

/** `Fixes: 2 would save 21.3 MB; deadweight fix makes 1 (18.0 MB)`. */
export function fixesSentence({ findings, savings }: Report): Phrase {
  const saving = findings.filter(finding => (finding.saving?.bytes ?? 0) > 0).length;
  if (saving === 0) return phrase`Findings: ${findings.length}`;
  const rest = findings.length - saving;
  const others = rest > 0 ? `; ${plural(rest, 'other finding')}` : '';
  const compressed = savings.compressedBytes ? ` (${formatSize(savings.compressedBytes)} compressed)` : '';
  const made = countMadeByCommand(findings);
  const part = savings.editBytes === undefined ? '' : ` (${formatSize(savings.editBytes)})`;
  const command =
    made === 0
      ? []
      : phrase`; ${code('deadweight fix')} makes ${made === saving ? 'them' : `${made}${part}`}`;
  return phrase`Fixes: ${saving} would save ${formatSize(savings.bytes)}${compressed}${command}${others}`;
}

/** Of findings, those that `deadweight fix` mends. */
export function countMadeByCommand(findings: Report['findings']): number {
  return findings.filter(({ edits, saving }) => edits.length > 0 && (saving?.bytes ?? 0) > 0).length;
}
