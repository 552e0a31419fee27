import { shortCommit } from '../../base/commit.ts';
import {
  formatCountDelta,
  formatGrowth,
  formatSize,
  formatSizeDelta,
  formatSizes,
} from '../../base/number-text.ts';
import { placeName } from '../../base/phrase.ts';
import { clip, oneLine } from '../../base/untrusted-text.ts';
import type { PageWords } from '../../report/html/page-words.ts';
import { fromHistory } from '../../report/layer-name.ts';
import {
  compareDropped,
  type DroppedComparison,
  type DroppedLayerChange,
  type DroppedPathChange,
  type DroppedVersions,
  deltaOf,
  type SizeChange,
} from '../dropped-comparison.ts';
import { acceptDrops, FileQueue, type TakenFiles, takeFiles } from '../dropped-files.ts';
import type { DroppedImage } from '../dropped-image.ts';
import { button, element, fill } from '../element.ts';
import { showsText } from '../layer-names.ts';
import { type SortableColumn, sortableTable, titledTable } from '../sortable-table.ts';
import type { StateStore } from '../state-store.ts';
import { notes } from '../text-lines.ts';
import { nameNode } from '../text-nodes.ts';
import type { OpenView, PageContext, View } from '../view.ts';
import { deltaCell, packageName, versionChange } from './packages.ts';

export const compareView: View = {
  id: 'compare',
  title: 'Compare',
  isThere: ({ details }) => details.shared === null,
  open: openCompare,
};

const queue = new FileQueue();

/** Lets files be dropped anywhere on the page: the view opens, and compares them. */
export function compareDrops(store: StateStore): void {
  acceptDrops(files => {
    queue.add(files);
    store.set({ view: compareView.id });
  });
}

function openCompare({ document, store, announce }: PageContext): OpenView {
  const status = element('div', { role: 'status' });
  const result = element('div');
  const input = element('input', {
    type: 'file',
    multiple: true,
    accept: '.json,application/json',
    hidden: true,
  });
  const made = element(
    'section',
    element(
      'div.dropzone',
      element('p', document.words.drop),
      button('', () => input.click(), 'Choose files'),
      input,
      element('p.aside', document.words.readHere),
    ),
    status,
    result,
  );
  let images: readonly DroppedImage[] = [];
  let shown: OpenView | null = null;
  const show = ({ images: taken, refused }: TakenFiles): void => {
    images = taken;
    const sentences = refused.map(({ file, problem }) => element('p.refused', nameNode(file), ` ${problem}`));
    const [baseline, head] = images;
    const waiting =
      head === undefined && baseline !== undefined
        ? element('p', nameNode(baseline.file), ` ${document.words.dropOther}`)
        : null;
    fill(status, ...sentences, waiting);
    shown =
      baseline !== undefined && head !== undefined
        ? openComparison(baseline, head, document.words, store, swap)
        : null;
    fill(result, shown?.element ?? null);
    shown?.update(store.current);
    if (shown !== null) announce(document.words.compared);
  };
  const swap = (): void => show({ images: images.toReversed(), refused: [] });
  const accept = async (files: readonly File[]): Promise<void> => {
    fill(status, element('p', 'Reading …'));
    show(await takeFiles(files, images));
  };
  input.addEventListener('change', () => {
    void accept([...(input.files ?? [])]);
    input.value = '';
  });
  queue.follow(files => void accept(files));
  return { element: made, update: state => shown?.update(state) };
}

function openComparison(
  baseline: DroppedImage,
  head: DroppedImage,
  words: PageWords,
  store: StateStore,
  swap: () => void,
): OpenView {
  const compared = compareDropped(baseline, head);
  const parts = [
    layersPart(compared, store),
    pathsPart(compared, words, store),
    packagesPart(compared, words, store),
  ];
  const made = element(
    'div',
    element('p.compared', imageNode(baseline), ' → ', imageNode(head), ' ', button('', swap, 'Swap')),
    figures(compared, baseline, head),
    ...parts.map(({ element: part }) => part),
  );
  return { element: made, update: state => parts.forEach(part => void part.update(state)) };
}

function imageNode({ name, commit, file, kind }: DroppedImage): HTMLElement {
  const version = commit === null ? null : element('code', nameNode(shortCommit(commit)));
  return element(
    'span',
    nameNode(clip(name, 100)),
    ' ',
    version,
    element('span.aside', ` (${kind} `, nameNode(file), ')'),
  );
}

function figures(
  { size, compressedSize }: DroppedComparison,
  baseline: DroppedImage,
  head: DroppedImage,
): HTMLElement {
  const row = (name: string, ...content: readonly (Node | string)[]): readonly HTMLElement[] => [
    element('dt', name),
    element('dd', ...content),
  ];
  const sizeRow = (name: string, change: SizeChange): readonly HTMLElement[] => {
    const delta = deltaOf(change);
    const growth = delta === 0 ? null : formatGrowth(delta, change.before);
    return row(
      name,
      `${formatSizes(change.before, change.after)}, `,
      deltaCell(delta),
      growth === null ? '' : ` (${growth})`,
    );
  };
  const [before, after] = [baseline.layers.length, head.layers.length];
  return element(
    'dl.growth',
    ...sizeRow('Size', size),
    ...(compressedSize === null ? [] : sizeRow('Compressed', compressedSize)),
    ...row('Layers', `${before} → ${after}, ${formatCountDelta(after - before)}`),
  );
}

function layersPart({ layers }: DroppedComparison, store: StateStore): OpenView {
  const columns: readonly SortableColumn<DroppedLayerChange>[] = [
    { title: 'Layer', cell: layerNode },
    { title: 'Change', cell: ({ change }) => (change === 'unchanged' ? '' : change) },
    { title: 'Size', isNumber: true, cell: ({ after }) => (after === null ? '' : formatSize(after.size)) },
    { title: 'Δ', isNumber: true, cell: layer => deltaCell(layerDelta(layer)) },
  ];
  const table = sortableTable('Layers', columns, store);
  return titledTable('Layers', table, state =>
    layers.filter(({ before, after }) => showsText(state, (after ?? before)?.madeBy ?? null)),
  );
}

function layerDelta({ before, after }: DroppedLayerChange): number {
  return (after?.size ?? 0) - (before?.size ?? 0);
}

function layerNode({ before, after }: DroppedLayerChange): Node {
  const { place = null, madeBy = '' } = after ?? before ?? {};
  return element(
    'span.origin',
    place && element('span.place', placeName(place)),
    element('code.cut', nameNode(oneLine((place === null ? fromHistory(madeBy) : madeBy).slice(0, 2000)))),
  );
}

/** What is there in place of a table. */
function absent(title: string, why: string): OpenView {
  return { element: element('div', element('h2', title), ...notes(why)), update: () => {} };
}

function pathsPart({ paths }: DroppedComparison, words: PageWords, store: StateStore): OpenView {
  if (paths === null) return absent('Paths', words.noPaths);
  const columns: readonly SortableColumn<DroppedPathChange>[] = [
    { title: 'Path', cell: ({ path }) => nameNode(`/${path}`), sort: ['name', ({ path }) => path] },
    { title: 'Size', cell: sizeText },
    {
      title: 'Δ',
      isNumber: true,
      cell: path => deltaCell(deltaOf(path)),
      sort: ['delta', path => Math.abs(deltaOf(path))],
    },
  ];
  const table = sortableTable('Paths that differ', columns, store);
  const rest = notes(paths.otherDelta !== 0 && `${formatSizeDelta(paths.otherDelta)} ${words.unlisted}`);
  return titledTable(
    'Paths',
    table,
    state => paths.list.filter(({ path }) => showsText(state, `/${path}`)),
    ...rest,
  );
}

function sizeText({ before, after }: DroppedPathChange): string {
  if (before === null) return `${formatSize(after ?? 0)}, new`;
  if (after === null) return 'removed';
  return before === after ? `${formatSize(after)}, changed` : formatSizes(before, after);
}

function packagesPart({ packages }: DroppedComparison, words: PageWords, store: StateStore): OpenView {
  if (packages === null) return absent('Packages', words.noPackages);
  const columns: readonly SortableColumn<DroppedVersions>[] = [
    { title: 'Package', cell: packageName, sort: ['name', ({ name }) => name] },
    { title: 'Version', cell: versionChange },
    {
      title: 'Δ',
      isNumber: true,
      cell: ({ delta }) => deltaCell(delta),
      sort: ['delta', ({ delta }) => Math.abs(delta ?? 0)],
    },
  ];
  const table = sortableTable('Packages that differ', columns, store);
  return titledTable('Packages', table, state =>
    packages.filter(({ name, type }) => showsText(state, name, type)),
  );
}
