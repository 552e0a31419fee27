import { phrase } from '../../base/phrase.ts';
import { safeText } from '../../base/untrusted-text.ts';
import { type BudgetCell, budgetSentence, exceededBudgets } from '../budget-cell.ts';
import { excessCause } from '../excess-cause.ts';
import { type Figure, figuresOf } from '../figure.ts';
import { headlineOf, sideNames } from '../headline.ts';
import type { Report } from '../report.ts';
import { causeSentence, leadingCauses, smallerCauses } from '../sentences/cause-sentence.ts';
import { type Cell, cell, columnLines, type TerminalColumn } from './columns.ts';
import { listLines, phraseLines } from './phrase-terminal.ts';
import { columnsOf, fitEnd, fitMiddle, type Paint, type Tone } from './style.ts';

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
  const first = joined(parts, width, paint);
  return absence === null
    ? first
    : [...first, ...phraseLines(phrase`No comparison: ${absence}.`, width, paint)];
}

/** The parts with dots between them, a new line wherever the next does not fit. */
function joined(parts: readonly (readonly [Tone, string])[], width: number, paint: Paint): readonly string[] {
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

const MAX_CAUSES = 4;

/** What moved the size; empty when nothing did. */
export function causeLines(report: Report, width: number, paint: Paint): readonly string[] {
  const smaller = smallerCauses(report, MAX_CAUSES);
  const causes = leadingCauses(report, MAX_CAUSES).map(cause => causeSentence(cause, 60));
  return listLines(
    [...causes, ...(smaller ? [smaller] : [])].map(content => ({ sign: '•', tone: 'dim', content })),
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
  return listLines(items, width, paint);
}

const SIGNS: Readonly<Record<BudgetCell['status'], readonly [sign: string, tone: Tone]>> = {
  pass: ['✓', 'good'],
  warn: ['!', 'warn'],
  fail: ['✗', 'bad'],
  skipped: ['–', 'dim'],
};

const TRENDS: Readonly<Record<NonNullable<Figure['trend']>, Tone>> = {
  better: 'good',
  worse: 'warn',
  same: 'dim',
};

/** The figures, with their changes and budgets. */
export function figureLines(report: Report, width: number, paint: Paint): readonly string[] {
  const figures = figuresOf(report);
  const moved = figures.some(figure => figure.delta !== null && figure.delta !== '=');
  const names = sideNames(report, width >= 100 ? 20 : 9);
  const columns: readonly (FigureColumn | null)[] = [
    { title: '', align: 'left', cell: figure => cell(figure.name) },
    moved
      ? {
          title: sideTitle('base', names.base),
          align: 'right',
          cell: figure => cell(figure.base ?? '', 'dim'),
        }
      : null,
    {
      title: report.comparison ? sideTitle('this', names.head) : '',
      align: 'right',
      cell: figure => cell(figure.head, 'strong'),
    },
    moved ? { title: 'Δ', align: 'right', cell: deltaCell } : null,
    { title: '', align: 'left', flexible: 'end', cell: budgetCell },
  ];
  const shown = columns.filter(column => column !== null);
  return columnLines(
    shown,
    figures.map(figure => shown.map(column => column.cell(figure))),
    width,
    paint,
  );
}

interface FigureColumn extends TerminalColumn {
  readonly cell: (figure: Figure) => Cell;
}

function sideTitle(side: string, name: string | null): string {
  return name === null ? side : `${side} ${name}`;
}

function deltaCell(figure: Figure): Cell {
  return cell(figure.delta ?? '', figure.trend === null ? 'none' : TRENDS[figure.trend]);
}

function budgetCell({ budgets }: Figure): Cell {
  return budgets.map(({ status, text }, index) => {
    const [sign, tone] = SIGNS[status];
    return { text: `${index > 0 ? '\u00a0\u00a0' : ''}${sign} ${text}`, tone };
  });
}
