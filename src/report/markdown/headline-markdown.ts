import { formatSize, formatSizeDelta } from '../../base/number-text.ts';
import { type Phrase, phrase, strong } from '../../base/phrase.ts';
import { budgetSentence, exceededBudgets, missedSentence } from '../budget-cell.ts';
import { type CauseRow, causeRows } from '../cause-rows.ts';
import { placedSentences } from '../change-sentences.ts';
import { excessCause } from '../excess-cause.ts';
import { failingSentence } from '../failing-findings.ts';
import { headlineOf } from '../headline.ts';
import type { Report } from '../report.ts';
import { nameOf, USUAL_PLATFORM } from '../report-order.ts';
import { isWaived } from '../waiver.ts';
import { codeSpan, escapeText, phraseMarkdown } from './markdown-text.ts';
import { table } from './section.ts';

/** `### app: 398.1 → 410.5 MB, **+12.4 MB (+3.1 %)**, 1 budget exceeded`. */
export function headingMarkdown(report: Report, subject = subjectOf(report)): string {
  const { size, sizes, change, layers, verdict, absence } = headlineOf(report);
  const isSame = change?.endsWith('unchanged') === true;
  const figure = isSame ? `${change} at ${size}` : (change ?? size);
  const pull = change === null || change === 'unchanged' ? null : pullText(report);
  const from = sizes === null ? '' : `${escapeText(sizes)}, `;
  const parts = [
    `### ${escapeText(`${subject}:`)} ${from}**${escapeText(figure)}**`,
    pull === null ? '' : `, ${escapeText(pull)}`,
    layers === null ? '' : `, ${layers}`,
    verdict === null ? '' : `, ${escapeText(verdict)}`,
    absence === null ? '' : `; no comparison: ${escapeText(absence)}`,
  ];
  return parts.join('');
}

/** `app`, or `app · linux/arm64`. */
function subjectOf(report: Report): string {
  const { title, platform } = headlineOf(report);
  return platform === USUAL_PLATFORM ? title : nameOf(report);
}

/** A change below this share of the image, and of what is pulled, hides what is pulled. */
const TINY_SHARE = 0.001;
const SMALL_SHARE = 0.1;

/** `6.2 MB to pull`: what a size that hardly changed does not tell; null where it did, or nothing is to be pulled. */
function pullText({ comparison, image }: Report): string | null {
  const pull = comparison?.pull ?? null;
  if (comparison === null || pull === null || pull.layers.length === 0) return null;
  const change = Math.abs(comparison.delta.size);
  if (change > image.size * TINY_SHARE || change > pull.size * SMALL_SHARE) return null;
  return pull.compressedSize === null
    ? `${formatSize(pull.size)} to pull (uncompressed)`
    : `${formatSize(pull.compressedSize)} to pull`;
}

/** What moved the size, largest first, and what only changed its place; null when nothing did. */
export function causesMarkdown(report: Report, max: number): string | null {
  const rows = causeRows(report, { max, title: 60 });
  const { above, below } = placedSentences(report);
  const linesOf = (sentences: readonly Phrase[]): string =>
    sentences.map(sentence => phraseMarkdown(sentence, report.context)).join('<br>');
  const parts = [linesOf(above), rows.length === 0 ? '' : causesTable(rows, report), linesOf(below)];
  const shown = parts.filter(part => part !== '');
  return shown.length === 0 ? null : shown.join('\n\n');
}

/** `| **+21.3 MB** | what<br>where |`: a third column would leave a narrow screen no room for words. */
export function causesTable(rows: readonly CauseRow[], { context }: Report): string {
  return table(
    [
      { title: 'Δ', align: 'right' },
      { title: 'what, and where', align: 'left' },
    ],
    rows.map(({ bytes, what, where }, index) => {
      const size = phraseMarkdown(
        index === 0 ? [strong(formatSizeDelta(bytes))] : phrase`${formatSizeDelta(bytes)}`,
        context,
      );
      const lines = [what, where].map(line => phraseMarkdown(line, context));
      return [size, lines.filter(line => line !== '').join('<br>')];
    }),
  );
}

const MAX_BUDGETS = 12;

/** The alert; null when no budget was exceeded, and no finding fails the run. What grew stands above it already, so it is not told again. */
export function alertMarkdown(report: Report): string | null {
  const exceeded = exceededBudgets(report).slice(0, MAX_BUDGETS);
  const missed = missedSentence(report);
  const failing = failingSentence(report);
  if (exceeded.length === 0 && missed === null && failing === null) return null;
  const isFailed = failing !== null || exceeded.some(budget => budget.level === 'fail');
  const failed = missed !== null || (isFailed && !isWaived(report));
  const kind = failed ? 'CAUTION' : 'WARNING';
  const explained = new Set<string>();
  const lines = exceeded.map(budget => {
    const cause = excessCause(report, budget.name);
    const reason = cause ? phraseMarkdown(cause.text, report.context) : '';
    const isExplained = reason === '' || cause?.kind === 'growth' || explained.has(reason);
    explained.add(reason);
    const sentence = phraseMarkdown(phrase`${budgetSentence(budget)}`, report.context);
    const command = cause?.command === undefined ? '' : ` (${codeSpan(cause.command.join(' '))})`;
    return `${sentence}${isExplained ? '' : `: ${reason}${command}`}.`;
  });
  if (failing !== null) lines.unshift(`${phraseMarkdown(failing, report.context)}.`);
  if (missed !== null) lines.unshift(`${escapeText(missed)}.`);
  return [
    `> [!${kind}]`,
    ...lines.map((line, index) => `> ${line}${index < lines.length - 1 ? '<br>' : ''}`),
  ].join('\n');
}
