import { formatCountDelta, formatPoints, formatRatio } from '../base/number-text.ts';
import { formatSize, formatSizeDelta } from '../base/size.ts';
import { type BudgetCell, type BudgetName, budgetCells, measuredText } from './budget-cell.ts';
import { changeText } from './headline.ts';
import type { Report } from './report.ts';

type Figures = NonNullable<Report['comparison']>['base'];

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

/** The figures that are known, in the order of the table. */
export function figuresOf(report: Report): readonly Figure[] {
  const { image, efficiency } = report;
  const rows = [
    bytesRow(report, 'Size', image.size, 'size', ['max-size']),
    growthRow(report),
    bytesRow(report, 'Compressed', image.compressedSize, 'compressedSize', ['max-compressed-size']),
    baseRow(report),
    bytesRow(report, 'Own layers', image.ownSize, 'ownSize', ['max-own-size']),
    layersRow(report),
    largestLayerRow(report),
    ratioRow(report, 'Efficiency', efficiency.score, 'efficiency', ['min-efficiency']),
    bytesRow(report, 'Wasted', efficiency.wastedBytes, 'wastedBytes', ['max-wasted']),
    diveRow(report, 'dive: efficiency', 'dive-lowest-efficiency'),
    diveRow(report, 'dive: wasted', 'dive-highest-wasted-bytes'),
    diveRow(report, 'dive: user wasted', 'dive-highest-user-wasted-percent'),
  ];
  return rows.filter(row => row !== null);
}

type BytesKey = 'size' | 'compressedSize' | 'ownSize' | 'baseSize' | 'wastedBytes';

function bytesRow(
  report: Report,
  name: string,
  head: number | null,
  key: BytesKey,
  budgets: readonly BudgetName[],
): Figure | null {
  if (head === null) return null;
  const delta = report.comparison?.delta[key] ?? null;
  const base = report.comparison?.base[key] ?? null;
  const compared = delta === null || base === null ? null : { delta, base };
  const change = key === 'size' ? changeText : (difference: number) => formatSizeDelta(difference);
  return {
    name,
    head: formatSize(head),
    ...change3(compared, formatSize, (difference, from) => change(difference, from), 'less'),
    budgets: budgets.flatMap(budget => budgetCells(report, budget)),
  };
}

/** Only where the base image itself changed: otherwise it is noise. */
function baseRow(report: Report): Figure | null {
  return report.comparison?.delta.baseSize
    ? bytesRow(report, 'Base image', report.image.baseSize, 'baseSize', [])
    : null;
}

function ratioRow(
  report: Report,
  name: string,
  head: number,
  key: 'efficiency' | 'diveEfficiency',
  budgets: readonly BudgetName[],
): Figure {
  const { comparison } = report;
  const compared = comparison ? { delta: comparison.delta[key], base: comparison.base[key] } : null;
  return {
    name,
    head: formatRatio(head),
    ...change3(compared, formatRatio, formatPoints, 'more'),
    budgets: budgets.flatMap(budget => budgetCells(report, budget)),
  };
}

function layersRow(report: Report): Figure {
  const { comparison, image } = report;
  const compared = comparison
    ? { delta: comparison.delta.layerCount, base: comparison.base.layerCount }
    : null;
  const base = comparison ? layerCountText(comparison.base) : '';
  return {
    name: 'Layers',
    head: layerCountText(image),
    ...change3(compared, () => base, formatCountDelta, 'less'),
    budgets: budgetCells(report, 'max-layers'),
  };
}

/** `10 (2 + 8)`: of the base and own. */
function layerCountText(side: Pick<Figures, 'layerCount' | 'baseLayerCount' | 'ownLayerCount'>): string {
  const { layerCount, baseLayerCount, ownLayerCount } = side;
  if (baseLayerCount === null || ownLayerCount === null) return String(layerCount);
  return `${layerCount} (${baseLayerCount} + ${ownLayerCount})`;
}

/** Shown for its budget only: the change stands beside the size. */
function growthRow(report: Report): Figure | null {
  const budgets = budgetCells(report, 'max-size-increase');
  const result = report.budgets.find(budget => budget.name === 'max-size-increase');
  if (!result) return null;
  const head = result.actual === null ? 'unknown' : measuredText(result.actual, result.unit);
  return { name: 'Growth', head, ...UNCOMPARED, budgets };
}

/** Shown for its budget only. */
function largestLayerRow(report: Report): Figure | null {
  const budgets = budgetCells(report, 'max-layer-size');
  const result = report.budgets.find(budget => budget.name === 'max-layer-size');
  if (!result || result.actual === null) return null;
  return { name: 'Largest layer', head: measuredText(result.actual, result.unit), ...UNCOMPARED, budgets };
}

function diveRow(report: Report, name: string, budget: BudgetName): Figure | null {
  const result = report.budgets.find(candidate => candidate.name === budget);
  if (!result || result.actual === null) return null;
  const head = measuredText(result.actual, result.unit);
  if (budget === 'dive-lowest-efficiency' && report.comparison) {
    return ratioRow(report, name, report.comparison.head.diveEfficiency, 'diveEfficiency', [budget]);
  }
  return { name, head, ...UNCOMPARED, budgets: budgetCells(report, budget) };
}

const UNCOMPARED = { base: null, delta: null, trend: null } as const;

/** A value that did not change is shown once: its base stays empty. */
function change3(
  compared: { readonly delta: number; readonly base: number } | null,
  value: (base: number) => string,
  difference: (delta: number, base: number) => string,
  good: 'less' | 'more',
): Pick<Figure, 'base' | 'delta' | 'trend'> {
  if (!compared) return UNCOMPARED;
  if (compared.delta === 0) return { base: '', delta: '=', trend: 'same' };
  const better = good === 'less' ? compared.delta < 0 : compared.delta > 0;
  return {
    base: value(compared.base),
    delta: difference(compared.delta, compared.base),
    trend: better ? 'better' : 'worse',
  };
}
