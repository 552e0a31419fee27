import type { BudgetCell } from '../budget-cell.ts';
import { type Figure, figuresOf, imageNames } from '../figure.ts';
import type { Report } from '../report.ts';
import { codeSpan, escapeText, fromTo } from './markdown-text.ts';
import { type Column, table } from './section.ts';

const SYMBOLS: Readonly<Record<BudgetCell['status'], string>> = {
  pass: '✅',
  warn: '⚠️',
  fail: '❌',
  skipped: '➖',
};

/** The evidence: one row a figure with its budgets, what it was and is, and the change. */
export function figuresTable(report: Report): string {
  const figures = figuresOf(report);
  const moved = figures.some(figure => figure.delta !== null && figure.delta !== '=');
  const columns = [
    column('', 'left', nameText),
    column(sizesTitle(report, figures), 'right', sizesText),
    ...(moved ? [column('Δ', 'right', figure => escapeText(figure.delta ?? ''))] : []),
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

/** ``base `abc1234` → this `def5678` ``, or what of it there is to tell apart. */
function sizesTitle(report: Report, figures: readonly Figure[]): string {
  const deltas = figures.flatMap(({ delta }) => delta ?? []);
  const { base, head } = imageNames(report);
  const code = (name: string | null) => (name === null ? '' : ` ${codeSpan(name)}`);
  if (deltas.length === 0) return `this${code(head)}`;
  if (deltas.every(delta => delta === '=')) return `base = this${code(head)}`;
  return `base${code(base)} → this${code(head)}`;
}

function sizesText({ base, head }: Figure): string {
  const [before, after] = [base ?? '', head].map(figure => joinCounts(escapeText(figure)));
  return base === null || before === after ? `${after}` : fromTo(before ?? '', after ?? '');
}

/** `10 (2 + 8)` stays on one line. */
function joinCounts(figure: string): string {
  return figure.replace(/ (?=[(+])|(?<=\+) /g, '\u00a0');
}

/** `Size ✅ ≤ 450 MB`. */
function nameText({ name, budgets }: Figure): string {
  return [escapeText(name), ...budgets.map(budgetText)].join(' ');
}

/** The sign stays with the limit, and `(122 left)` on one line. */
function budgetText({ status, text }: BudgetCell): string {
  return `${SYMBOLS[status]}\u00a0${escapeText(text).replace(/(?<=[≤≥]) | (?=left\))/g, '\u00a0')}`;
}
