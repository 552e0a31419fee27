import { phrase } from '../../base/phrase.ts';
import { budgetSentence, exceededBudgets, missedSentence } from '../budget-cell.ts';
import { excessCause } from '../excess-cause.ts';
import { headlineOf } from '../headline.ts';
import type { Report } from '../report.ts';
import { causeSentence, leadingCauses, smallerCauses } from '../sentences/cause-sentence.ts';
import { isWaived } from '../waiver.ts';
import { escapeText, phraseMarkdown } from './markdown-text.ts';

/** `### app · linux/amd64: **+12.4 MB (+3.1 %)**, 1 budget exceeded`. */
export function headingMarkdown(report: Report): string {
  const { title, platform, size, change, verdict, absence } = headlineOf(report);
  const figure = change === 'size unchanged' ? `${change} at ${size}` : (change ?? size);
  const parts = [
    `### ${escapeText(`${title} · ${platform}:`)} **${escapeText(figure)}**`,
    verdict === null ? '' : `, ${escapeText(verdict)}`,
    absence === null ? '' : `; no comparison: ${escapeText(absence)}`,
  ];
  return parts.join('');
}

/** What moved the size, largest first; null when nothing did. */
export function causesMarkdown(report: Report, max: number): string | null {
  const causes = leadingCauses(report, max);
  if (causes.length === 0) return null;
  const items = causes.map(cause => phraseMarkdown(causeSentence(cause), report.context));
  const smaller = smallerCauses(report, max);
  if (smaller) items.push(phraseMarkdown(smaller, report.context));
  return items.length === 1 ? `${items[0]}` : items.map(item => `- ${item}`).join('\n');
}

const MAX_BUDGETS = 12;

/** The alert; null when no budget was exceeded. What grew stands above it already, so it is not told again. */
export function alertMarkdown(report: Report): string | null {
  const exceeded = exceededBudgets(report).slice(0, MAX_BUDGETS);
  const missed = missedSentence(report);
  if (exceeded.length === 0 && missed === null) return null;
  const failed = missed !== null || (exceeded.some(budget => budget.level === 'fail') && !isWaived(report));
  const kind = failed ? 'CAUTION' : 'WARNING';
  const explained = new Set<string>();
  const lines = exceeded.map(budget => {
    const cause = excessCause(report, budget.name);
    const reason = cause ? phraseMarkdown(cause.text, report.context) : '';
    const isExplained = reason === '' || cause?.kind === 'growth' || explained.has(reason);
    explained.add(reason);
    const sentence = phraseMarkdown(phrase`${budgetSentence(budget)}`, report.context);
    return `${sentence}${isExplained ? '' : `: ${reason}`}.`;
  });
  if (missed !== null) lines.unshift(`${escapeText(missed)}.`);
  return [
    `> [!${kind}]`,
    ...lines.map((line, index) => `> ${line}${index < lines.length - 1 ? '<br>' : ''}`),
  ].join('\n');
}
