import { phrase } from '../../base/phrase.ts';
import { budgetSentence, exceededBudgets, missedSentence } from '../budget-cell.ts';
import { causeRows, FIRST_CAUSES } from '../cause-rows.ts';
import { placedSentences } from '../change-sentences.ts';
import { excessCause } from '../excess-cause.ts';
import { failingSentence } from '../failing-findings.ts';
import { headlineOf } from '../headline.ts';
import type { Report } from '../report.ts';
import { causeSentence } from '../sentences/cause-sentence.ts';
import { columnsOf } from '../text-width.ts';
import { cell, cellColumns, escapeCell } from './cell.ts';
import type { Page } from './page.ts';
import { type ListItem, listLines, phraseLines } from './phrase-terminal.ts';
import type { Tone } from './style.ts';
import { wrapCell } from './wrap.ts';

/** What the image weighs, what changed, and whether its budgets hold. */
export function headlineLines(report: Report, page: Page): readonly string[] {
  const { title, platform, size, change, layers, verdict, absence } = headlineOf(report);
  const tone = { pass: 'good', warn: 'warn', fail: 'bad' } as const;
  const parts: readonly (readonly [Tone, string])[] = [
    ['title', title],
    ['none', platform],
    // Its lines are named without it.
    ...(page.dockerfile === null ? [] : [['place', page.dockerfile] as const]),
    ['strong', [size, change, layers].filter(part => part !== null).join(', ')],
    ...(verdict === null ? [] : [[tone[report.verdict], verdict] as const]),
  ];
  const first = joinParts(parts, page);
  return absence === null ? first : [...first, ...phraseLines(phrase`No comparison: ${absence}.`, page)];
}

/** The parts with dots between them, a new line wherever the next does not fit. */
function joinParts(
  parts: readonly (readonly [Tone, string])[],
  { proseWidth: width, paint }: Page,
): readonly string[] {
  const lines: string[] = [];
  for (const [tone, text] of parts) {
    const runs = escapeCell(cell(text, tone));
    const last = lines.at(-1);
    if (last !== undefined && columnsOf(last) + 3 + cellColumns(runs) <= width) {
      lines[lines.length - 1] = `${last} ${paint('dim', '·')} ${wrapCell(runs, width, paint).join(' ')}`;
    } else lines.push(...wrapCell(runs, width, paint));
  }
  return lines;
}

/** What moved the size; empty when nothing did. */
export function causeLines(report: Report, page: Page): readonly string[] {
  const rows = causeRows(report, { max: FIRST_CAUSES, title: 60 });
  const { above, below } = placedSentences(report);
  const sentences = [...above, ...rows.map(causeSentence), ...below];
  return listLines(
    sentences.map(content => ({ sign: '•', tone: 'dim', content })),
    page,
  );
}

/** The budgets that are exceeded, and by what; the findings that fail the run. */
export function budgetLines(report: Report, page: Page): readonly string[] {
  const items = exceededBudgets(report).map((budget): ListItem => {
    const cause = excessCause(report, budget.name);
    const reason = cause && cause.kind !== 'growth' ? phrase`: ${cause.text}` : [];
    const fails = budget.level === 'fail';
    return {
      sign: fails ? '✗' : '!',
      tone: fails ? 'bad' : 'warn',
      content: phrase`${budgetSentence(budget)}${reason}${cause?.command === undefined ? '.' : ':'}`,
      command: cause?.command,
    };
  });
  const missed = missedSentence(report);
  const failing = failingSentence(report);
  if (failing !== null) items.unshift({ sign: '✗', tone: 'bad', content: phrase`${failing}.` });
  if (missed !== null) items.unshift({ sign: '✗', tone: 'bad', content: phrase`${missed}.` });
  return listLines(items, page);
}
