import { phrase } from '../../base/phrase.ts';
import { safeText } from '../../base/untrusted-text.ts';
import { budgetSentence, exceededBudgets, missedSentence } from '../budget-cell.ts';
import { causeRows } from '../cause-rows.ts';
import { changeSentences } from '../change-sentences.ts';
import { excessCause } from '../excess-cause.ts';
import { headlineOf } from '../headline.ts';
import type { Report } from '../report.ts';
import { causeSentence } from '../sentences/cause-sentence.ts';
import { columnsOf } from '../text-width.ts';
import { listLines, phraseLines } from './phrase-terminal.ts';
import { fitEnd, fitMiddle, type Paint, type Tone } from './style.ts';

/** What the image weighs, what changed, and whether its budgets hold. */
export function headlineLines(report: Report, width: number, paint: Paint): readonly string[] {
  const { title, platform, size, change, verdict, absence } = headlineOf(report);
  const tone = { pass: 'good', warn: 'warn', fail: 'bad' } as const;
  const name = fitMiddle(safeText(title, 'terminal'), Math.floor(width / 2));
  const parts: readonly (readonly [Tone, string])[] = [
    ['title', name],
    ['none', fitEnd(safeText(platform, 'terminal'), width - columnsOf(name) - 3)],
    ['strong', change === null ? size : `${size}, ${change}`],
    ...(verdict === null ? [] : [[tone[report.verdict], verdict] as const]),
  ];
  const first = joinParts(parts, width, paint);
  return absence === null
    ? first
    : [...first, ...phraseLines(phrase`No comparison: ${absence}.`, width, paint)];
}

/** The parts with dots between them, a new line wherever the next does not fit. */
function joinParts(
  parts: readonly (readonly [Tone, string])[],
  width: number,
  paint: Paint,
): readonly string[] {
  const lines: { text: string; width: number }[] = [];
  for (const [tone, text] of parts) {
    const last = lines.at(-1);
    if (last && last.width + 3 + columnsOf(text) <= width) {
      last.text += ` ${paint('dim', '·')} ${paint(tone, text)}`;
      last.width += 3 + columnsOf(text);
    } else lines.push({ text: paint(tone, text), width: columnsOf(text) });
  }
  return lines.map(line => line.text);
}

const MAX_CAUSES = 6;

/** What moved the size; empty when nothing did. */
export function causeLines(report: Report, width: number, paint: Paint): readonly string[] {
  const rows = causeRows(report, { max: MAX_CAUSES, title: 60 });
  const sentences = [...rows.map(causeSentence), ...changeSentences(report)];
  return listLines(
    sentences.map(content => ({ sign: '•', tone: 'dim', content })),
    width,
    paint,
  );
}

/** The budgets that are exceeded, and by what. */
export function budgetLines(report: Report, width: number, paint: Paint): readonly string[] {
  const items = exceededBudgets(report).map(budget => {
    const cause = excessCause(report, budget.name);
    const reason = cause && cause.kind !== 'growth' ? phrase`: ${cause.text}` : [];
    const fails = budget.level === 'fail';
    return {
      sign: fails ? '✗' : '!',
      tone: fails ? ('bad' as const) : ('warn' as const),
      content: phrase`${budgetSentence(budget)}${reason}.`,
    };
  });
  const missed = missedSentence(report);
  if (missed !== null) items.unshift({ sign: '✗', tone: 'bad', content: phrase`${missed}.` });
  return listLines(items, width, paint);
}
