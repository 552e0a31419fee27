import { shortCommit } from '../../base/commit.ts';
import { formatGrowth, formatSize, formatSizeDelta, plural } from '../../base/number-text.ts';
import { visible } from '../../base/untrusted-text.ts';
import type { ReportTrend, TrendPoint } from '../../report/trend-schema.ts';
import { element, fill } from '../element.ts';
import { showsText } from '../layer-names.ts';
import type { PageState } from '../page-state.ts';
import { byteScale } from '../plot-scale.ts';
import { type SortableColumn, sortableTable } from '../sortable-table.ts';
import { svg } from '../svg.ts';
import { nameNode } from '../text-nodes.ts';
import type { OpenView, PageContext, View } from '../view.ts';
import { deltaCell } from './packages.ts';

export const trendView: View = {
  id: 'trend',
  title: 'Trend',
  isThere: ({ details }) => details.trend !== null,
  open: openTrend,
};

function openTrend({ document, store }: PageContext): OpenView | null {
  const { trend } = document.details;
  if (trend === null) return null;
  const { points } = trend;
  const table = sortableTable('Commits', COLUMNS, store);
  const made = element(
    'section',
    {},
    summaryOf(trend),
    plotOf(points),
    growthList(trend),
    table.element,
    trend.pointCount > points.length
      ? element(
          'p',
          { class: 'note' },
          `Shown are ${points.length} of ${plural(trend.pointCount, 'commit')}: the first, the last, the largest changes and some between them. Each change is against the commit before, shown or not.`,
        )
      : null,
  );
  const latest = points.toReversed();
  const update = (state: PageState): void => {
    table.update(
      latest.filter(point => showsText(state, point.commit, point.time, requestOf(point))),
      state,
    );
  };
  return { element: made, update };
}

function summaryOf({ branch, points, pointCount }: ReportTrend): HTMLElement {
  const last = points.at(-1);
  const since = `${pointCount === 1 ? 'of' : 'since'} ${points[0]?.time.slice(0, 10) ?? ''}`;
  const commits = `${formatSize(last?.size ?? 0)}, ${plural(pointCount, 'commit')} of `;
  return element('p', { class: 'summary' }, commits, nameNode(branch), ` ${since}`);
}

function requestOf({ pullRequest }: TrendPoint): string {
  return pullRequest === null ? '' : `#${pullRequest}`;
}

function growthList({ growth }: ReportTrend): HTMLElement | null {
  if (growth.length === 0) return null;
  return element(
    'dl',
    { class: 'growth' },
    ...growth.flatMap(({ days, bytes, before }) => [
      element('dt', {}, `last ${days} days`),
      element('dd', {}, deltaCell(bytes), growthText(bytes, before)),
    ]),
  );
}

function growthText(bytes: number, before: number): string {
  const growth = bytes === 0 ? null : formatGrowth(bytes, before);
  return growth === null ? '' : ` (${growth})`;
}

const COLUMNS: readonly SortableColumn<TrendPoint>[] = [
  { title: 'Date', cell: ({ time }) => element('span', { class: 'unbroken' }, time.slice(0, 10)) },
  {
    title: 'Commit',
    cell: point =>
      element(
        'span',
        { class: 'unbroken' },
        element('code', {}, nameNode(shortCommit(point.commit))),
        ' ',
        requestOf(point),
      ),
  },
  {
    title: 'Size',
    isNumber: true,
    cell: ({ size }) => formatSize(size),
  },
  {
    title: 'Δ',
    isNumber: true,
    cell: ({ delta }) => deltaCell(delta ?? null),
    sort: ['delta', ({ delta }) => Math.abs(delta ?? 0)],
  },
  { title: 'Layers', isNumber: true, isWide: true, cell: ({ layerCount }) => String(layerCount) },
  {
    title: 'Wasted',
    isNumber: true,
    isWide: true,
    cell: ({ wastedBytes }) => formatSize(wastedBytes),
    sort: ['waste', ({ wastedBytes }) => wastedBytes],
  },
];

/** Of the drawing. Pixels; its width is that of the page, in hundredths. */
const HEIGHT = 220;

/**
 * The sizes over time. One point is chosen: by the pointer, or by the keys of a slider, which is what a screen reader takes
 * it for.
 */
function plotOf(points: readonly TrendPoint[]): HTMLElement {
  const scale = byteScale(points.map(({ size }) => size));
  const times = points.map(({ time }) => Date.parse(time));
  const [start, end] = [Math.min(...times), Math.max(...times)];
  const xOf = (index: number): number =>
    end > start ? (100 * ((times[index] ?? start) - start)) / (end - start) : 50;
  const yOf = (bytes: number): number =>
    HEIGHT - (HEIGHT * (bytes - scale.least)) / Math.max(1, scale.most - scale.least);
  const line = points.map(({ size }, index) => `${xOf(index)},${yOf(size)}`).join(' ');
  const drawing = svg(
    'svg',
    { viewBox: `0 0 100 ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...scale.marks.map(mark =>
      svg('line', { class: 'gridline', x1: 0, x2: 100, y1: yOf(mark), y2: yOf(mark) }),
    ),
    svg('polygon', {
      class: 'area',
      points: `${xOf(0)},${HEIGHT} ${line} ${xOf(points.length - 1)},${HEIGHT}`,
    }),
    svg('polyline', { class: 'line', points: line }),
  );
  const dot = element('span', { class: 'dot', 'aria-hidden': 'true' });
  const readout = element('output', { class: 'readout' });
  const plot = element(
    'div',
    {
      class: 'plot',
      role: 'slider',
      tabindex: 0,
      'aria-label': 'Size by commit',
      'aria-valuemin': 0,
      'aria-valuemax': points.length - 1,
    },
    drawing,
    dot,
  );
  const axis = element(
    'div',
    { class: 'axis', 'aria-hidden': 'true' },
    ...scale.marks.map(mark => {
      const name = element('span', {}, formatSize(mark));
      name.style.top = `${yOf(mark)}px`;
      return name;
    }),
  );
  let chosen = points.length - 1;
  const choose = (index: number): void => {
    chosen = Math.min(points.length - 1, Math.max(0, index));
    const point = points[chosen];
    if (point === undefined) return;
    dot.style.left = `${xOf(chosen)}%`;
    dot.style.top = `${yOf(point.size)}px`;
    const text = pointText(point);
    plot.setAttribute('aria-valuenow', String(chosen));
    plot.setAttribute('aria-valuetext', text);
    fill(readout, text);
  };
  const keys: Readonly<Record<string, () => number>> = {
    ArrowLeft: () => chosen - 1,
    ArrowDown: () => chosen - 1,
    ArrowRight: () => chosen + 1,
    ArrowUp: () => chosen + 1,
    PageDown: () => chosen - 10,
    PageUp: () => chosen + 10,
    Home: () => 0,
    End: () => points.length - 1,
  };
  plot.addEventListener('keydown', event => {
    const next = keys[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choose(next());
  });
  plot.addEventListener('pointermove', event => {
    const { left, width } = plot.getBoundingClientRect();
    const x = (100 * (event.clientX - left)) / Math.max(1, width);
    choose(nearest(points.length, index => Math.abs(xOf(index) - x)));
  });
  choose(chosen);
  const dates = element(
    'div',
    { class: 'dates', 'aria-hidden': 'true' },
    element('span', {}, points[0]?.time.slice(0, 10) ?? ''),
    element('span', {}, points.at(-1)?.time.slice(0, 10) ?? ''),
  );
  return element('div', { class: 'trend' }, readout, axis, plot, dates);
}

function nearest(length: number, distance: (index: number) => number): number {
  let best = 0;
  for (let index = 1; index < length; index += 1) if (distance(index) < distance(best)) best = index;
  return best;
}

function pointText(point: TrendPoint): string {
  const request = requestOf(point);
  const name = `${visible(shortCommit(point.commit))}${request === '' ? '' : `, ${request}`}`;
  const change = point.delta ? ` (${formatSizeDelta(point.delta)})` : '';
  return `${point.time.slice(0, 10)}  ${name}: ${formatSize(point.size)}${change}`;
}
