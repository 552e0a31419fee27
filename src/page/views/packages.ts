import { formatCount, formatSize, formatSizeDelta, plural } from '../../base/number-text.ts';
import type { PagePackage } from '../../report/html/page-details.ts';
import type { PageDocument } from '../../report/html/page-document.ts';
import { button, element, fill } from '../element.ts';
import { layerButton, showsLayers, showsText } from '../layer-names.ts';
import type { PageState } from '../page-state.ts';
import { type SortableColumn, sortableTable } from '../sortable-table.ts';
import type { StateStore } from '../state-store.ts';
import { nameNode } from '../text-nodes.ts';
import type { OpenView, PageContext, View } from '../view.ts';

export const packagesView: View = {
  id: 'packages',
  title: 'Packages',
  needsFiles: false,
  absence: ({ details }) =>
    details.packages.list.length === 0 ? 'The image has no package database that Deadweight reads.' : null,
  open: openPackages,
};

/** What became of a package, as the filter of the page calls it. */
const CHANGES = ['all', 'added', 'removed', 'changed'] as const;
const CHANGE_TITLES = { all: 'All', added: 'Added', removed: 'Removed', changed: 'Changed' } as const;

function openPackages({ document, store, announce }: PageContext): OpenView {
  const { packages } = document.details;
  const choices = packages.isCompared ? CHANGES.map(change => makeChoice(change, packages.list, store)) : [];
  const group = element(
    'div',
    { class: 'choices', role: 'group', 'aria-label': 'Which packages' },
    ...choices.map(choice => choice.element),
  );
  const summary = element('p', { class: 'summary' });
  const table = sortableTable(
    'Packages',
    columnsOf(document, store),
    store,
    'No package has all of this. Choose other layers, or search for less.',
  );
  const made = element('section', {}, summary, group, table.element, ...notes(document));
  const update = (state: PageState): void => {
    const rows = packages.list.filter(
      each =>
        hasChange(each, state) &&
        showsText(state, each.name, each.type, each.before, each.after) &&
        showsLayers(state, each.layers),
    );
    for (const choice of choices) choice.update(state);
    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    const delta = rows.reduce((sum, row) => sum + (row.delta ?? 0), 0);
    const text = `${plural(rows.length, 'package')}, ${formatSize(bytes)}`;
    const change = packages.isCompared ? `, ${formatSizeDelta(delta)}` : '';
    fill(summary, `${text}${change}`);
    announce(`${text}${change}`);
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

/** Made once: a choice that is clicked keeps the focus. */
function makeChoice(change: Change, list: readonly PagePackage[], store: StateStore): OpenView {
  const count = change === 'all' ? list.length : list.filter(each => changeOf(each) === change).length;
  const made = button(
    {},
    () => store.set({ show: change }),
    `${CHANGE_TITLES[change]} ${formatCount(count)}`,
  );
  const update = ({ show }: PageState): void => {
    const isChosen = show === change || (show === 'wasted' && change === 'all');
    made.setAttribute('aria-pressed', String(isChosen));
  };
  return { element: made, update };
}

function columnsOf(document: PageDocument, store: StateStore): readonly SortableColumn<PagePackage>[] {
  const { isCompared } = document.details.packages;
  return [
    { title: 'Package', cell: each => nameCell(each), sort: ['name', ({ name }) => name] },
    { title: 'Version', cell: each => versionCell(each, isCompared) },
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

function nameCell({ name, type, copies }: PagePackage): Node {
  const aside = copies > 1 ? `${type}, ${formatCount(copies)} copies` : type;
  return element('span', {}, nameNode(name), ' ', element('span', { class: 'aside' }, aside));
}

function versionCell({ before, after }: PagePackage, isCompared: boolean): Node {
  if (!isCompared || before === after) return nameNode(after ?? '');
  const gone = before === null ? element('span', { class: 'aside' }, 'new') : nameNode(before);
  const come = after === null ? element('span', { class: 'aside' }, 'removed') : nameNode(after);
  return element('span', {}, gone, ' → ', come);
}

/** A difference of sizes, in the colour of what it means; nothing where nothing changed. */
export function deltaCell(delta: number | null): Node {
  if (delta === null || delta === 0) return element('span', { class: 'aside' }, delta === 0 ? '±0 B' : '');
  return element('span', { class: delta > 0 ? 'worse' : 'better' }, formatSizeDelta(delta));
}

function sourceCell({ layers }: PagePackage, document: PageDocument, store: StateStore): Node {
  const [first] = layers;
  if (first === undefined) return element('span');
  const title = document.layers.find(({ index }) => index === first)?.title ?? '';
  const more = layers.length - 1;
  return element(
    'span',
    { class: 'origin' },
    layerButton(document, first, store),
    more > 0 ? ` and ${plural(more, 'more layer')} ` : ' ',
    element('code', { class: 'aside cut' }, nameNode(title)),
  );
}

function notes({ details }: PageDocument): readonly HTMLElement[] {
  const { otherDelta, isCompared, unlistedChanges } = details.packages;
  const sentences = [
    isCompared && otherDelta !== 0
      ? `${formatSizeDelta(otherDelta)} is of files that belong to no package.`
      : null,
    unlistedChanges > 0 ? `${plural(unlistedChanges, 'smaller change')} of packages are left out.` : null,
    'Which package asked for which is not recorded: a package is told with the layer that holds its files.',
  ];
  return sentences.flatMap(text => (text === null ? [] : [element('p', { class: 'note' }, text)]));
}
