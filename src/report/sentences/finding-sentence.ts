import { plural } from '../../base/number-text.ts';
import { code, type Phrase, phrase, place, strong } from '../../base/phrase.ts';
import { formatSize } from '../../base/size.ts';
import { describeFinding } from '../../findings/rules.ts';
import { inPlaces } from '../../findings/words/evidence-phrases.ts';
import type { Report } from '../report.ts';
import { editsPhrase } from './edit-phrase.ts';
import type { FindingSentences, FindingText, ReportFinding } from './finding-text.ts';
import { LEFTOVER_SENTENCES } from './leftover-sentences.ts';

export type { FindingText, ReportFinding } from './finding-text.ts';

/** By rule. The arguments are those that the rules in findings/ state; a report from outside may have others. */
const SENTENCES: FindingSentences = {
  ...LEFTOVER_SENTENCES,
};

export function findingText(finding: ReportFinding): FindingText {
  const words = describeFinding(finding) ?? legacyWords(finding);
  if (words === null) return { lead: null, what: generic(finding), fix: null };
  const lead = finding.evidence.bytes > 0 ? formatSize(finding.evidence.bytes) : null;
  return { lead, what: words.what, fix: mergeAdvice(finding) ?? words.fix };
}

/** Of rules whose words are not yet their own. */
function legacyWords(finding: ReportFinding): Omit<FindingText, 'lead'> | null {
  const sentence = Object.hasOwn(SENTENCES, finding.rule) ? SENTENCES[finding.rule] : undefined;
  return sentence?.(finding) ?? null;
}

/** Where RUNs are to be merged, that is the fix, whatever their files are. */
function mergeAdvice({ edits, location }: ReportFinding): Phrase | null {
  const merge = edits.find(({ kind }) => kind === 'merge-runs');
  return merge && location ? editsPhrase(edits, location.file) : null;
}

/** The whole sentence, without its full stop. */
export function findingSentence(finding: ReportFinding): Phrase {
  const { lead, what } = findingText(finding);
  return lead === null ? what : phrase`${strong(lead)} ${what}`;
}

/** `; saves 18.0 MB`, `; proven to save 18.0 MB (6.1 MB compressed)`: what the sentence does not tell anyway. */
export function savingClause({ saving, evidence }: ReportFinding): Phrase {
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
  const remarks = [compressed, shared].filter(remark => remark !== '').join(', ');
  const aside = remarks === '' ? '' : ` (${remarks})`;
  if (basis === 'proven') return phrase`; proven to save ${size}${aside}`;
  if (bytes === evidence.bytes && aside === '') return [];
  return phrase`; saves ${size}${aside}`;
}

function generic(finding: ReportFinding): Phrase {
  const { evidence, location } = finding;
  const at = location ? phrase` at ${place(location)}` : [];
  const size = evidence.bytes > 0 ? phrase`: ${formatSize(evidence.bytes)} ${inPlaces(finding)}` : [];
  return phrase`${code(finding.rule, 60)}${at}${size}`;
}

/** What adds the most to those above it first, then severity; what saves nothing comes last. */
export function rankedFindings(findings: Report['findings']): readonly ReportFinding[] {
  const severity = { error: 0, warning: 1, info: 2 } as const;
  return [...findings].sort(
    (a, b) =>
      (b.saving?.addedBytes ?? 0) - (a.saving?.addedBytes ?? 0) ||
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
