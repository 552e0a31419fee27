import type { BudgetCell } from '../budget-cell.ts';
import { type Figure, figuresOf, imageNames } from '../figure.ts';
import type { Report } from '../report.ts';
import { codeSpan, escapeText } from './markdown-text.ts';
import { type Column, table } from './section.ts';

const SYMBOLS: Readonly<Record<BudgetCell['status'], string>> = {
  pass: '✅',
  warn: '⚠️',
  fail: '❌',
  skipped: '➖',
};

/** The evidence: one row a figure, with only the columns that say something. */
export function figuresTable(report: Report): string {
  const figures = figuresOf(report);
  const compared = figures.some(figure => figure.delta !== null);
  const moved = figures.some(figure => figure.delta !== null && figure.delta !== '=');
  const budgeted = figures.some(figure => figure.budgets.length > 0);
  const columns = [
    column('', 'left', figure => escapeText(figure.name)),
    ...(moved
      ? [column(`base${imageCode(report, 'base')}`, 'right', figure => escapeText(figure.base ?? ''))]
      : []),
    column(headTitle(report, compared, moved), 'right', figure => escapeText(figure.head)),
    ...(moved ? [column('Δ', 'right', figure => escapeText(figure.delta ?? ''))] : []),
    ...(budgeted ? [column('budget', 'left', budgetText)] : []),
  ];
  return table(
    columns.map(({ title, align }) => ({ title, align })),
    figures.map(figure => columns.map(({ cell }) => cell(figure))),
    true,
  );
}

interface FigureColumn extends Column {
  readonly cell: (figure: Figure) => string;
}

function column(title: string, align: Column['align'], cell: FigureColumn['cell']): FigureColumn {
  return { title, align, cell };
}

function headTitle(report: Report, compared: boolean, moved: boolean): string {
  if (compared && !moved) return `base = this${imageCode(report, 'head')}`;
  return `this${imageCode(report, 'head')}`;
}

function imageCode(report: Report, image: 'base' | 'head'): string {
  const name = imageNames(report)[image];
  return name === null ? '' : ` ${codeSpan(name)}`;
}

function budgetText(figure: Figure): string {
  return figure.budgets.map(({ status, text }) => `${SYMBOLS[status]} ${escapeText(text)}`).join(' · ');
}
