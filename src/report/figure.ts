import { shortCommit } from '../base/commit.ts';
import { shortDigest } from '../base/digest.ts';
import {
  formatCountDelta,
  formatPoints,
  formatRatio,
  formatSize,
  formatSizeDelta,
  fromReportNumber,
} from '../base/number-text.ts';
import { clipMiddle, MAX_READ, visible } from '../base/untrusted-text.ts';
import type { BudgetResult } from '../budget/budget-result.ts';
import { BUDGETS, FIGURES, type FigureName } from '../budget/budgets.ts';
import { type BudgetCell, budgetCell, measuredText, shownLevel } from './budget-cell.ts';
import { changeText } from './headline.ts';
import type { Report } from './report.ts';

type Figures = NonNullable<Report['comparison']>['baseline'];

/** A row of the table of evidence. */
export interface Figure {
  readonly name: string;
  /** null where nothing is compared. */
  readonly base: string | null;
  readonly head: string;
  /** null where nothing is compared; `=` when it did not change. */
  readonly delta: string | null;
  readonly trend: 'better' | 'worse' | 'same' | null;
  readonly budgets: readonly BudgetCell[];
}

type Row = Omit<Figure, 'budgets'>;

/** null where the figure is not known, or says nothing. */
const ROWS: Readonly<Record<FigureName, (report: Report, isLimited: boolean) => Row | null>> = {
  size: report => bytesRow(report, 'Size', report.image.size, 'size'),
  compressedSize: report => bytesRow(report, 'Compressed', report.image.compressedSize, 'compressedSize'),
  pull: pullRow,
  // Only where the base image itself changed: otherwise it is noise.
  baseSize: report =>
    report.comparison?.delta.baseSize
      ? bytesRow(report, 'Base image', report.image.baseSize, 'baseSize')
      : null,
  ownSize: report => bytesRow(report, 'Own layers', report.image.ownSize, 'ownSize'),
  layers: layersRow,
  efficiency: report => ratioRow(report, 'Efficiency', report.efficiency.score, 'efficiency'),
  wasted: report => bytesRow(report, 'Wasted', report.efficiency.wastedBytes, 'wastedBytes'),
  diveEfficiency: (report, isLimited) =>
    isLimited
      ? ratioRow(report, 'dive: efficiency', fromReportNumber(report.dive.efficiency), 'diveEfficiency')
      : null,
};

/** Shown whether they changed or not. */
const ALWAYS: ReadonlySet<FigureName> = new Set(['size', 'layers', 'efficiency']);

/**
 * The figures that are known, in the order of the table, each with the budgets that limit it. In a comparison most are shown
 * only where they changed or are limited.
 */
export function figuresOf(report: Report): readonly Figure[] {
  return FIGURES.flatMap(name => {
    const limiting = report.budgets.filter(budget => BUDGETS[budget.name].row === name);
    const row = ROWS[name](report, limiting.length > 0);
    const isShown = row !== null && (ALWAYS.has(name) || limiting.length > 0 || row.trend !== 'same');
    const shown = isShown ? [{ ...row, budgets: limiting.map(budgetCell) }] : [];
    return [...shown, ...report.budgets.flatMap(budget => ownRow(budget, name) ?? [])];
  });
}

/** The row of a budget that has one of its own: its change stands elsewhere, or nothing is compared. */
function ownRow(budget: BudgetResult, after: FigureName): Figure | null {
  const { row } = BUDGETS[budget.name];
  if (typeof row === 'string' || row.after !== after) return null;
  return {
    name: row.title,
    head: measuredText(shownLevel(budget)),
    ...UNCOMPARED,
    budgets: [budgetCell(budget)],
  };
}

type BytesKey = 'size' | 'compressedSize' | 'ownSize' | 'baseSize' | 'wastedBytes';

function bytesRow(report: Report, name: string, head: number | null, key: BytesKey): Row | null {
  if (head === null) return null;
  const delta = report.comparison?.delta[key] ?? null;
  const base = report.comparison?.baseline[key] ?? null;
  const compared = delta === null || base === null ? null : { delta, base };
  const change = key === 'size' ? changeText : (difference: number) => formatSizeDelta(difference);
  return {
    name,
    head: formatSize(head),
    ...changeCells(compared, formatSize, (difference, from) => change(difference, from), 'less'),
  };
}

function ratioRow(report: Report, name: string, head: number, key: 'efficiency' | 'diveEfficiency'): Row {
  const { comparison } = report;
  const compared = comparison ? { delta: comparison.delta[key], base: comparison.baseline[key] } : null;
  return {
    name,
    head: formatRatio(head),
    ...changeCells(compared, formatRatio, formatPoints, 'more'),
  };
}

/** null where nothing has to be pulled, and nobody limits it. */
function pullRow({ comparison }: Report, isLimited: boolean): Row | null {
  const pull = comparison?.pull ?? null;
  if (pull === null || (pull.layers.length === 0 && !isLimited)) return null;
  const { size, compressedSize } = pull;
  const head = compressedSize === null ? `${formatSize(size)} uncompressed` : formatSize(compressedSize);
  return { name: 'To pull', head, ...UNCOMPARED };
}

function layersRow(report: Report): Row {
  const { comparison, image } = report;
  const compared = comparison
    ? { delta: comparison.delta.layerCount, base: comparison.baseline.layerCount }
    : null;
  const base = comparison ? layerCountText(comparison.baseline) : '';
  return {
    name: 'Layers',
    head: layerCountText(image),
    ...changeCells(compared, () => base, formatCountDelta, 'less'),
  };
}

/** `10 (2 + 8)`: of the base and own. */
function layerCountText(counts: Pick<Figures, 'layerCount' | 'baseLayerCount' | 'ownLayerCount'>): string {
  const { layerCount, baseLayerCount, ownLayerCount } = counts;
  if (baseLayerCount === null || ownLayerCount === null) return String(layerCount);
  return `${layerCount} (${baseLayerCount} + ${ownLayerCount})`;
}

const UNCOMPARED = { base: null, delta: null, trend: null } as const;

function changeCells(
  compared: { readonly delta: number; readonly base: number } | null,
  value: (base: number) => string,
  difference: (delta: number, base: number) => string,
  good: 'less' | 'more',
): Pick<Figure, 'base' | 'delta' | 'trend'> {
  if (!compared) return UNCOMPARED;
  const change = difference(compared.delta, compared.base);
  // `±0.0 pt`: too little to be shown.
  if (compared.delta === 0 || change.startsWith('±')) {
    return { base: value(compared.base), delta: '=', trend: 'same' };
  }
  const better = good === 'less' ? compared.delta < 0 : compared.delta > 0;
  return {
    base: value(compared.base),
    delta: change,
    trend: better ? 'better' : 'worse',
  };
}

/**
 * What tells the two images apart: their commits, else their references, else their image ids.
 * null where there is nothing to tell.
 */
export function imageNames(
  report: Report,
  max = 32,
): { readonly base: string | null; readonly head: string | null } {
  const { comparison, context } = report;
  if (!comparison) return { base: null, head: context.commit === null ? null : commitName(context.commit) };
  const { baseline: base, head } = comparison;
  if (base.commit !== null && head.commit !== null && base.commit !== head.commit) {
    return { base: commitName(base.commit), head: commitName(head.commit) };
  }
  // A checkout with changes of its own is no commit, and its base is one.
  if (base.commit !== null && head.commit === null && context.commit === null) {
    return { base: commitName(base.commit), head: null };
  }
  const key = base.reference === head.reference ? 'imageId' : 'reference';
  const shared = key === 'reference' ? sharedFolder(base.reference, head.reference) : 0;
  const name = (text: string) =>
    key === 'imageId'
      ? visible(shortDigest(text.slice(0, 200)))
      : clipMiddle(visible(text.slice(shared, shared + MAX_READ)), max);
  if (base[key] === head[key]) return { base: null, head: null };
  return { base: name(base[key]), head: name(head[key]) };
}

function commitName(commit: string): string {
  return visible(shortCommit(commit));
}

/** Length of what both begin with, up to a slash: `app:1` and `app:2` say enough of two tags of one repository. */
function sharedFolder(a: string, b: string): number {
  let end = 0;
  while (end < a.length && a[end] === b[end]) end += 1;
  // `lastIndexOf` takes a negative position as 0.
  return a.slice(0, end).lastIndexOf('/') + 1;
}
