import type { BudgetCell } from '../budget-cell.ts';
import { type Figure, figuresOf, imageNames } from '../figure.ts';
import type { Report } from '../report.ts';
import { type Cell, cell } from './cell.ts';
import { columnLines, type TerminalColumn } from './columns.ts';
import { fitDistinct, fitMiddle } from './fit.ts';
import type { Page } from './page.ts';
import type { Tone } from './style.ts';

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
export function figureLines(report: Report, page: Page): readonly string[] {
  const figures = figuresOf(report);
  const moved = figures.some(figure => figure.delta !== null && figure.delta !== '=');
  const names = shortNames(report, page);
  const columns: readonly (FigureColumn | null)[] = [
    { title: '', align: 'left', cell: figure => cell(figure.name) },
    moved
      ? {
          title: imageTitle('base', names.base),
          align: 'right',
          cell: figure => cell(figure.base ?? '', 'dim'),
        }
      : null,
    {
      title: report.comparison ? imageTitle('this', names.head) : '',
      ...(moved ? { label: 'this' } : {}),
      align: 'right',
      cell: figure => cell(figure.head, 'strong'),
    },
    moved ? { title: 'Δ', align: 'right', cell: deltaCell } : null,
    { title: '', align: 'left', flexible: 'wrap', cell: budgetCell },
  ];
  const shown = columns.filter(column => column !== null);
  return columnLines(
    shown,
    figures.map(figure => shown.map(column => column.cell(figure))),
    page,
  );
}

interface FigureColumn extends TerminalColumn {
  readonly cell: (figure: Figure) => Cell;
}

/** What tells the images apart, as short as a title can be. */
function shortNames(report: Report, { width }: Page): ReturnType<typeof imageNames> {
  const { base, head } = imageNames(report, MAX_NAME);
  const columns = width >= 160 ? 40 : width >= 100 ? 20 : 12;
  const [shortBase = '', shortHead = ''] = fitDistinct([base ?? '', head ?? ''], columns, fitMiddle);
  return { base: base === null ? null : shortBase, head: head === null ? null : shortHead };
}

const MAX_NAME = 500;

function imageTitle(title: string, name: string | null): string {
  return name === null ? title : `${title} ${name}`;
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
