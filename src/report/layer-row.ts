import { formatDuration, formatSize, formatSizeDelta, plural } from '../base/number-text.ts';
import { instructionTitle } from './layer-name.ts';
import type { Report, ReportLayer } from './report.ts';

type LayerDelta = NonNullable<Report['comparison']>['layers'][number];

/** A layer, or a run of layers that a reader need not tell apart. Bytes. */
export interface LayerRow {
  /** First and last index; null for a layer that was removed. */
  readonly indexes: readonly [first: number, last: number] | null;
  readonly instruction: ReportLayer['instruction'];
  readonly createdBy: string;
  /** What stands for the instruction of a folded run: `2 base layers`; null for a single layer. */
  readonly folded: string | null;
  readonly origin: ReportLayer['origin'];
  readonly size: number;
  readonly wastedBytes: number;
  /** null without a comparison. */
  readonly change: LayerDelta['change'] | null;
  readonly delta: number | null;
  /** `cached`, `1.2 s` or empty. */
  readonly build: string;
}

/** The layers in the order of the image, those of the base joined into one row: they are somebody else's. */
export function layerRows(report: Report): readonly LayerRow[] {
  const rows = report.comparison
    ? comparedRows(report, report.comparison.layers)
    : report.layers.map(plainRow);
  return foldRuns(rows, row => row.origin === 'base', 'base layer', 1);
}

/** Rows for the layers, at most `max`: unchanged own layers are folded when there are more, and then the rest is cut. */
export function shortLayerRows(
  report: Report,
  max: number,
): { readonly rows: readonly LayerRow[]; readonly rest: readonly LayerRow[] } {
  const all = layerRows(report);
  const rows = all.length > max ? foldRuns(all, isUnchanged, 'unchanged layer', 2) : all;
  return { rows: rows.slice(0, max), rest: rows.slice(max) };
}

function isUnchanged(row: LayerRow): boolean {
  return row.change === 'unchanged' && row.folded === null;
}

function plainRow(layer: ReportLayer): LayerRow {
  return {
    indexes: [layer.index, layer.index],
    instruction: layer.instruction,
    createdBy: layer.createdBy,
    folded: null,
    origin: layer.origin,
    size: layer.size,
    wastedBytes: layer.wastedBytes,
    change: null,
    delta: null,
    build: buildText(layer),
  };
}

function buildText(layer: ReportLayer): string {
  if (layer.cache === 'cached') return 'cached';
  return layer.cache === 'executed' && layer.durationMs !== null ? formatDuration(layer.durationMs) : '';
}

function comparedRows(report: Report, deltas: readonly LayerDelta[]): LayerRow[] {
  const layers = new Map(report.layers.map(layer => [layer.index, layer]));
  return deltas.map(delta => {
    const layer = delta.headIndex === null ? undefined : layers.get(delta.headIndex);
    return {
      indexes: delta.headIndex === null ? null : [delta.headIndex, delta.headIndex],
      instruction: delta.instruction,
      createdBy: delta.createdBy,
      folded: null,
      origin: delta.origin,
      size: delta.headSize ?? 0,
      wastedBytes: delta.headWastedBytes ?? 0,
      change: delta.change,
      delta: delta.delta,
      build: layer ? buildText(layer) : '',
    };
  });
}

/** Joins each run of at least `min` foldable neighbours. */
function foldRuns(
  rows: readonly LayerRow[],
  foldable: (row: LayerRow) => boolean,
  name: string,
  min: number,
): readonly LayerRow[] {
  const runs: LayerRow[][] = [];
  let open = false;
  for (const row of rows) {
    const last = runs.at(-1);
    const joins = foldable(row);
    if (joins && open && last) last.push(row);
    else runs.push([row]);
    open = joins;
  }
  return runs.flatMap(run => (run.every(foldable) && run.length >= min ? [foldedRow(run, name)] : run));
}

function foldedRow(run: readonly LayerRow[], name: string): LayerRow {
  const indexes = run.flatMap(row => row.indexes ?? []);
  const [first, last] = [indexes[0], indexes.at(-1)];
  const changes = new Set(run.map(row => row.change));
  return {
    indexes: first === undefined || last === undefined ? null : [first, last],
    instruction: null,
    createdBy: '',
    folded: plural(run.filter(row => row.indexes !== null).length, name),
    origin: run[0]?.origin ?? 'unknown',
    size: sum(run, row => row.size),
    wastedBytes: sum(run, row => row.wastedBytes),
    change: changes.size === 1 ? (run[0]?.change ?? null) : 'changed',
    delta: run.some(row => row.delta === null) ? null : sum(run, row => row.delta ?? 0),
    build: '',
  };
}

function sum(rows: readonly LayerRow[], bytes: (row: LayerRow) => number): number {
  return rows.reduce((total, row) => total + bytes(row), 0);
}

/** What a row's change says: `+38.2 MB, new`, `−3 B`, `±0 B`, or nothing where nothing changed. */
export function layerChangeText(row: LayerRow): string {
  if (row.change === null || row.change === 'unchanged' || row.delta === null) return '';
  const word = { added: ', new', removed: ', removed', changed: '' }[row.change];
  return `${formatSizeDelta(row.delta)}${word}`;
}

/** `Layers: 1 added, 2 changed, 7 unchanged`; without a comparison `10 layers, 410.5 MB`. */
export function layersSummary(report: Report): string {
  const { comparison, image } = report;
  if (!comparison) return `${plural(image.layerCount, 'layer')}, ${formatSize(image.size)}`;
  const kinds = ['added', 'removed', 'changed', 'unchanged'] as const;
  const counts = kinds.map(
    kind => [kind, comparison.layers.filter(layer => layer.change === kind).length] as const,
  );
  const shown = counts.filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${kind}`);
  return `Layers: ${shown.length > 0 ? shown.join(', ') : 'none'}`;
}

/** What the row is called: an instruction on one line, or the name of the fold. */
export function layerTitle(row: LayerRow, max: number): string {
  return row.folded ?? instructionTitle(row, max);
}
