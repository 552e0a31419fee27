import { formatSize, formatSizeDelta } from '../base/number-text.ts';
import { instructionTitle } from '../report/layer-name.ts';
import type { ReportLayer } from '../report/report.ts';
import { alignRight, chosenLine, fitLine, run, type ScreenLine } from './cells.ts';
import type { Layout } from './layout.ts';
import type { ExploreState } from './state.ts';

/** Columns of a size: `1023.9 MB`. */
export const SIZE_COLUMNS = 9;
/** From this width on, a column has the wasted bytes. */
const WITH_WASTE = 56;

/** The layers, lowest first, with a title and a head. @returns as many lines as the pane has */
export function layerPaneLines(state: ExploreState, layout: Layout): readonly ScreenLine[] {
  const { leftColumns: columns, layerRows } = layout;
  const { report } = state.exploration;
  const { layers } = report;
  const isActive = state.pane === 'layers' && state.page === null;
  const deltas = new Map(
    (report.comparison?.layers ?? []).flatMap(({ headIndex, delta }) =>
      headIndex === null ? [] : [[headIndex, delta] as const],
    ),
  );
  const width = String(Math.max(0, layers.length - 1)).length + 1;
  const hasWaste = columns >= WITH_WASTE;
  const hasDelta = deltas.size > 0 && columns >= 48;
  const head = [
    alignRight('#', width),
    alignRight('size', SIZE_COLUMNS),
    ...(hasDelta ? [alignRight('Δ', SIZE_COLUMNS + 1)] : []),
    ...(hasWaste ? [alignRight('wasted', SIZE_COLUMNS)] : []),
    'instruction',
  ].join(' ');
  const shown = layers.slice(state.layerTop, state.layerTop + layerRows);
  const rows = shown.map((layer, index) => {
    const delta = deltas.get(layer.index) ?? 0;
    const line: ScreenLine = [
      run(`${alignRight(String(layer.index), width)} `, 'dim'),
      run(alignRight(formatSize(layer.size), SIZE_COLUMNS), layer.size === 0 ? 'dim' : 'plain'),
      ...(hasDelta
        ? [
            run(
              ` ${alignRight(delta === 0 ? '=' : formatSizeDelta(delta), SIZE_COLUMNS + 1)}`,
              delta === 0 ? 'dim' : delta > 0 ? 'removed' : 'added',
            ),
          ]
        : []),
      ...(hasWaste
        ? [
            run(
              ` ${alignRight(layer.wastedBytes === 0 ? '' : formatSize(layer.wastedBytes), SIZE_COLUMNS)}`,
              'removed',
            ),
          ]
        : []),
      run(` ${markOf(layer)}${instructionTitle(layer, 300)}`),
    ];
    return chosenLine(fitLine(line, columns), state.layerTop + index === state.layer, isActive);
  });
  const below = layers.length - state.layerTop - shown.length;
  const more = state.layerTop > 0 || below > 0 ? `, number ${state.layer} of 0 to ${layers.length - 1}` : '';
  const empty = layers.length === 0 ? [fitLine([run('This image has no layers.', 'dim')], columns)] : [];
  return [
    fitLine([run(`Layers${more}`, isActive ? 'active' : 'title')], columns),
    fitLine([run(head, 'dim')], columns),
    ...rows,
    ...empty,
  ];
}

/** Base layers are somebody else's. */
function markOf({ origin }: ReportLayer): string {
  return origin === 'base' ? 'base: ' : '';
}
