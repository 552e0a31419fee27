import { formatCount, formatSize, plural } from '../../base/number-text.ts';
import { displayPath } from '../../base/untrusted-text.ts';
import type { PageWaste, WastedPath, WasteFlow } from '../../report/html/page-details.ts';
import type { PageDocument } from '../../report/html/page-document.ts';
import { wasteFlows } from '../../report/html/waste-flows.ts';
import { element, fill } from '../element.ts';
import { type FlowEnd, flowLayout } from '../flow-layout.ts';
import { layerButton, layerName, showsLayers, showsText } from '../layer-names.ts';
import type { PageState } from '../page-state.ts';
import { type SortableColumn, sortableTable } from '../sortable-table.ts';
import type { StateStore } from '../state-store.ts';
import { sumOf } from '../sum.ts';
import { svg } from '../svg.ts';
import { notes } from '../text-lines.ts';
import { nameNode, phraseNodes } from '../text-nodes.ts';
import type { OpenView, PageContext, View } from '../view.ts';

export const wasteView: View = {
  id: 'waste',
  title: 'Waste',
  isThere: ({ details }) => details.waste.bytes > 0,
  open: openWaste,
};

/** Flows that are drawn; the table has all of them. */
const MAX_DRAWN = 14;
/** Of the drawing. Pixels. */
const HEIGHT = 260;

function openWaste({ document, store, announce }: PageContext): OpenView {
  const { waste } = document.details;
  const summary = element('p.summary');
  const drawing = element('div.flow');
  const flows = sortableTable(
    document.words.flows,
    flowColumns(document, store),
    store,
    document.words.noWaste,
  );
  const paths = sortableTable('Wasted paths', pathColumns(document, store), store);
  const whole = element('div', ...notes(...waste.notes), ...squashNodes(waste));
  const rest = element('p.note');
  const made = element(
    'section',
    summary,
    drawing,
    flows.element,
    whole,
    element('h2', 'Paths'),
    paths.element,
    rest,
  );
  const unlisted = waste.paths - new Set(waste.files.map(({ path }) => path)).size;
  const update = (state: PageState): void => {
    const isShown = (flow: WastedPath | WasteFlow): boolean => showsLayers(state, [flow.from, flow.to]);
    const files = waste.files.filter(
      file => isShown(file) && showsText(state, displayPath(file.path, file.path.length + 1)),
    );
    const shown = state.text === '' ? waste.flows.filter(isShown) : wasteFlows(files);
    const bytes = sumOf(shown, flow => flow.bytes);
    const isAll = state.text === '' && shown.length === waste.flows.length;
    const text = isAll
      ? `${formatSize(waste.bytes)} in ${plural(waste.paths, 'path')}`
      : `${formatSize(bytes)} of ${formatSize(waste.bytes)}`;
    fill(summary, text);
    announce(text);
    drawFlows(drawing, shown, document);
    flows.update(shown, state);
    paths.update(files, state);
    whole.hidden = !isAll;
    rest.hidden = unlisted <= 0;
    fill(
      rest,
      isAll ? `and ${plural(unlisted, 'more path')}` : `${plural(unlisted, 'smaller path')} not searched`,
    );
  };
  return { element: made, update };
}

/** The table beside it says the same: to a screen reader the drawing is one sentence. */
function drawFlows(parent: HTMLElement, flows: readonly WasteFlow[], document: PageDocument): void {
  const drawn = flows.slice(0, MAX_DRAWN);
  const { height, sources, sinks, bands } = flowLayout(drawn, HEIGHT);
  const plot = svg(
    'svg',
    { viewBox: `0 0 100 ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...bands.map(({ flow, left, leftHeight, right, rightHeight }) => {
      const [a, b] = [left + leftHeight, right + rightHeight];
      const path = svg('path', {
        class: `band ${flow.reason ?? ''}`,
        d: `M0 ${left}C50 ${left} 50 ${right} 100 ${right}V${b}C50 ${b} 50 ${a} 0 ${a}Z`,
      });
      path.append(svg('title', {}, window.document.createTextNode(flowText(flow, document))));
      return path;
    }),
  );
  plot.style.height = `${height}px`;
  const names = (ends: readonly FlowEnd[], side: string): HTMLElement => {
    const list = element(`div.ends.${side}`, ...ends.map(end => endNode(end, document)));
    list.style.height = `${height}px`;
    return list;
  };
  fill(
    parent,
    element(
      'div.flow-titles',
      { 'aria-hidden': 'true' },
      element('span', 'written'),
      element('span', 'hidden'),
    ),
    names(sources, 'from'),
    plot,
    names(sinks, 'to'),
    ...notes(
      flows.length > drawn.length && `Drawn are the ${drawn.length} largest of ${formatCount(flows.length)}.`,
    ),
  );
  parent.hidden = drawn.length === 0;
}

function endNode({ layer, bytes, top, height }: FlowEnd, document: PageDocument): HTMLElement {
  const node = element(
    'div.end',
    element('span.place.cut', layerName(document, layer)),
    ' ',
    element('span.aside', formatSize(bytes)),
  );
  node.style.top = `${top}px`;
  node.style.height = `${height}px`;
  return node;
}

function flowText({ from, to, reason, bytes }: WasteFlow, document: PageDocument): string {
  const why = reason === null ? '' : `, ${document.details.waste.reasons[reason]}`;
  return `${formatSize(bytes)}: ${layerName(document, from)} → ${layerName(document, to)}${why}`;
}

/** Of flows and of paths. */
const BYTES: SortableColumn<{ readonly bytes: number }> = {
  title: 'Bytes',
  isNumber: true,
  cell: ({ bytes }) => formatSize(bytes),
  sort: ['size', ({ bytes }) => bytes],
};

function flowColumns(document: PageDocument, store: StateStore): readonly SortableColumn<WasteFlow>[] {
  return [
    BYTES,
    {
      title: 'Files',
      isNumber: true,
      cell: ({ count }) => formatCount(count),
      sort: ['count', ({ count }) => count],
    },
    { title: 'Why', cell: ({ reason }) => reasonNode(reason, document) },
    layersColumn<WasteFlow>(document, store),
  ];
}

function pathColumns(document: PageDocument, store: StateStore): readonly SortableColumn<WastedPath>[] {
  return [
    BYTES,
    { title: 'Path', cell: ({ path }) => nameNode(`/${path}`), sort: ['name', ({ path }) => path] },
    { title: 'Why', isWide: true, cell: ({ reason }) => reasonNode(reason, document) },
    layersColumn<WastedPath>(document, store),
  ];
}

function layersColumn<Row extends { readonly from: number; readonly to: number }>(
  document: PageDocument,
  store: StateStore,
): SortableColumn<Row> {
  return {
    title: 'Written → hidden',
    cell: ({ from, to }) =>
      element('span.unbroken', layerButton(document, from, store), ' → ', layerButton(document, to, store)),
  };
}

function reasonNode(reason: WasteFlow['reason'], { details }: PageDocument): Node {
  if (reason === null) return element('span');
  return element(`span.reason.${reason}`, details.waste.reasons[reason]);
}

function squashNodes({ squash }: PageWaste): readonly HTMLElement[] {
  if (squash === null) return [];
  const sentence = element('p', ...phraseNodes(squash.sentence, () => {}), ':');
  return [sentence, element('pre', { tabindex: 0 }, squash.command)];
}
