import { formatCount, formatSize, formatSizeDelta, plural } from '../../base/number-text.ts';
import type { PagePackage } from '../../report/html/page-details.ts';
import type { PageDocument } from '../../report/html/page-document.ts';
import { element, fill } from '../element.ts';
import { choices, SHOWN_TITLES } from '../filter-bar.ts';
import { layerButton, layerName, showsLayers, showsText } from '../layer-names.ts';
import type { PageState } from '../page-state.ts';
import { type SortableColumn, sortableTable } from '../sortable-table.ts';
import type { StateStore } from '../state-store.ts';
import { sumOf } from '../sum.ts';
import { notes } from '../text-lines.ts';
import { nameNode } from '../text-nodes.ts';
import type { OpenView, PageContext, View } from '../view.ts';

export const packagesView: View = {
  id: 'packages',
  title: 'Packages',
  isThere: ({ details }) => details.packages.list.length > 0,
  open: openPackages,
};

/** What became of a package, as the filter of the page calls it. */
const CHANGES = ['all', 'added', 'removed', 'changed'] as const;

function openPackages({ document, store, announce }: PageContext): OpenView {
  const { packages } = document.details;
  const count = (change: Change): number =>
    change === 'all' ? packages.list.length : packages.list.filter(each => changeOf(each) === change).length;
  const bar = choices(
    'Which packages',
    packages.isCompared ? CHANGES : [],
    change => `${SHOWN_TITLES[change]} ${formatCount(count(change))}`,
    // What is wasted is told by paths: packages have no such part.
    ({ show }) => (show === 'wasted' ? 'all' : show),
    show => store.set({ show }),
  );
  const summary = element('p.summary');
  const table = sortableTable('Packages', columnsOf(document, store), store, document.words.noPackage);
  const made = element('section', summary, bar.element, table.element, ...notes(...packages.notes));
  const update = (state: PageState): void => {
    const rows = packages.list.filter(
      each =>
        hasChange(each, state) &&
        showsText(state, each.name, each.type, each.before, each.after) &&
        showsLayers(state, each.layers),
    );
    bar.update(state);
    const gone = rows.filter(({ after }) => after === null).length;
    const there = rows.length - gone;
    const copies = sumOf(rows, row => row.copies);
    const text = [
      plural(there, 'package') + (copies > there ? ` (${formatCount(copies)} copies)` : ''),
      formatSize(sumOf(rows, row => row.bytes)),
      ...(gone > 0 ? [`${formatCount(gone)} removed`] : []),
      ...(packages.isCompared ? [formatSizeDelta(sumOf(rows, row => row.delta ?? 0))] : []),
    ].join(', ');
    fill(summary, text);
    announce(text);
    table.update(rows, state);
  };
  return { element: made, update };
}

type Change = (typeof CHANGES)[number];

function changeOf({ before, after, delta }: PagePackage): 'added' | 'removed' | 'changed' | 'unchanged' {
  if (before === null) return 'added';
  if (after === null) return 'removed';
  return before === after && delta === 0 ? 'unchanged' : 'changed';
}

/** What is wasted is told by paths: packages have no such part. */
function hasChange(each: PagePackage, { show }: PageState): boolean {
  return show === 'all' || show === 'wasted' || each.delta === null || changeOf(each) === show;
}

function columnsOf(document: PageDocument, store: StateStore): readonly SortableColumn<PagePackage>[] {
  const { isCompared } = document.details.packages;
  return [
    { title: 'Package', cell: packageName, sort: ['name', ({ name }) => name] },
    { title: 'Version', cell: each => (isCompared ? versionChange(each) : nameNode(each.after ?? '')) },
    {
      title: 'Size',
      isNumber: true,
      cell: ({ bytes, after }) => (after === null ? '' : formatSize(bytes)),
      sort: ['size', ({ bytes }) => bytes],
    },
    ...(isCompared
      ? [
          {
            title: 'Δ',
            isNumber: true,
            cell: ({ delta }: PagePackage) => deltaCell(delta),
            sort: ['delta', ({ delta }: PagePackage) => delta ?? 0] as const,
          },
        ]
      : []),
    { title: 'Brought by', isWide: true, cell: each => sourceCell(each, document, store) },
  ];
}

/** A package's name, and what it is a package of. */
export function packageName({ name, type, copies = 1 }: NamedPackage): Node {
  const aside = copies > 1 ? `${type}, ${formatCount(copies)} copies` : type;
  return element('span', nameNode(name), ' ', element('span.aside', nameNode(aside)));
}

interface NamedPackage {
  readonly name: string;
  readonly type: string;
  readonly copies?: number;
}

/** `1.2 → 1.3`, `new → 1.3`, `1.2 → removed`; of what did not change, its version. */
export function versionChange({ before, after }: Pick<PagePackage, 'before' | 'after'>): Node {
  if (before === after) return nameNode(after ?? '');
  const gone = before === null ? element('span.aside', 'new') : nameNode(before);
  const come = after === null ? element('span.aside', 'removed') : nameNode(after);
  return element('span', gone, ' → ', come);
}

/** A difference of sizes, in the colour of what it means; nothing where nothing changed. */
export function deltaCell(delta: number | null): Node {
  if (delta === null || delta === 0) return element('span.aside', delta === 0 ? '±0 B' : '');
  return element(delta > 0 ? 'span.worse' : 'span.better', formatSizeDelta(delta));
}

function sourceCell({ layers }: PagePackage, document: PageDocument, store: StateStore): Node {
  const [first] = layers;
  if (first === undefined) return element('span');
  const title = document.layers.find(({ index }) => index === first)?.title ?? '';
  const name = (index: number): string => layerName(document, index);
  const [second, ...others] = layers.filter(index => name(index) !== name(first));
  return element(
    'span.origin',
    layerButton(document, first, store),
    second !== undefined && element('span', 'again in ', layerButton(document, second, store)),
    others.length > 0 && `and ${others.length} more`,
    element('code.aside.cut', nameNode(title)),
  );
}
