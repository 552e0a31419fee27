import { formatSize } from '../../base/size.ts';
import { plural } from '../number-text.ts';
import { code, type Phrase, phrase, place, strong } from '../phrase.ts';
import type { Report } from '../report.ts';
import { hiddenAt, wasteSubject, where, wholeKind } from './waste-phrase.ts';

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

type Sentence = (finding: ReportFinding) => Omit<FindingText, 'lead'>;

/** By rule. The arguments are those that the rules in findings/ state; a report from outside may have others. */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  'deleted-later': finding => ({
    what: phrase`${wasteSubject(finding)} ${gone(finding.args['how'])}${hiddenAt(finding)}`,
    fix: wholeKind(finding)?.advice ?? phrase`delete them in the instruction that writes them`,
  }),
  'overwritten-later': finding => ({
    what: phrase`${wasteSubject(finding)} are overwritten${hiddenAt(finding)}`,
    fix: phrase`write each file once, or both times in one instruction`,
  }),
  'metadata-only-copy': finding => ({
    what: phrase`${wasteSubject(finding)} are copied${hiddenAt(finding)} to change only mode, owner or times`,
    fix:
      finding.args['copiedFromBase'] === true
        ? phrase`leave them as the base image has them`
        : phrase`set them where they are written: ${code('COPY --chown')}, ${code('--chmod')}, or in the same RUN`,
  }),
  'identical-rewrite': finding => ({
    what: phrase`${wasteSubject(finding)} are written again unchanged${hiddenAt(finding)}`,
    fix: phrase`leave the second copy out`,
  }),
  'duplicate-entry': finding => ({
    what: phrase`${wasteSubject(finding)} are in one layer more than once`,
    fix: phrase`build the layer with a tool that writes each path once`,
  }),
  'layer-headroom': finding => ({ what: headroom(finding), fix: phrase`merge instructions, or squash` }),
};

function gone(how: unknown): string {
  if (how === 'remade') return 'are lost when their directory is made anew';
  return how === 'replaced' ? 'are replaced' : 'are deleted';
}

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

function headroom({ args }: ReportFinding): Phrase {
  const { layers, limit, pullLimit, pullLeft } = numbers(args);
  if (layers === null || limit === null || pullLimit === null || pullLeft === null) {
    return phrase`The image has too many layers`;
  }
  const limits = `machines with the overlay2 graph driver pull at most ${pullLimit}, and ${limit} is the documented limit`;
  const room = pullLeft > 0 ? `room for ${pullLeft} more` : pullLeft === 0 ? 'room for no more' : 'too many';
  return phrase`The image has ${layers} layers, ${room}: ${limits}`;
}

function numbers(args: ReportFinding['args']) {
  const number = (name: string) => {
    const value = args[name];
    return typeof value === 'number' ? value : null;
  };
  return {
    layers: number('layers'),
    limit: number('limit'),
    pullLimit: number('pullLimit'),
    pullLeft: number('pullLeft'),
  };
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
