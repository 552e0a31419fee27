import { formatCount, formatSize, formatSizeDelta, plural } from '../../base/number-text.ts';
import { button, element, fill } from '../element.ts';
import { filterBar } from '../filter-bar.ts';
import { layerName } from '../layer-names.ts';
import type { PageState } from '../page-state.ts';
import { type PageTree, ROOT_PATH } from '../page-tree.ts';
import { shareBar } from '../share-bar.ts';
import { nameNode } from '../text-nodes.ts';
import { sumTree, type TreeSums } from '../tree-sums.ts';
import type { OpenView, PageContext, View } from '../view.ts';
import { VirtualRows } from '../virtual-rows.ts';

export const filesView: View = {
  id: 'files',
  title: 'Files',
  needsFiles: true,
  absence: ({ files }) => (files === null ? 'A report alone has no list of files.' : null),
  open: page =>
    page.files === null
      ? { element: element('section'), update: () => undefined }
      : openFiles(page, page.files),
};

/** Paths that are unfolded by themselves where something is searched for. */
const MAX_UNFOLDED = 400;

function openFiles(page: PageContext, tree: PageTree): OpenView {
  return new FilesTable(page, tree);
}

interface Column {
  readonly title: string;
  readonly sort: PageState['sort'] | null;
  readonly className: string;
}

class FilesTable implements OpenView {
  readonly element: HTMLElement;
  readonly #page: PageContext;
  readonly #tree: PageTree;
  readonly #rows: VirtualRows;
  readonly #head = element('div', { class: 'tree-row tree-head', role: 'row' });
  readonly #summary = element('p', { class: 'summary' });
  readonly #filters: ReturnType<typeof filterBar>;
  readonly #columns: readonly Column[];
  #sums: TreeSums | null = null;
  #filterKey = '';
  #state: PageState;
  /** Directories that are unfolded. */
  #open = new Set<number>([ROOT_PATH]);
  #list: number[] = [];

  constructor(page: PageContext, tree: PageTree) {
    this.#page = page;
    this.#tree = tree;
    this.#state = page.store.current;
    const isCompared = page.document.files?.isCompared === true;
    this.#columns = [
      { title: 'Name', sort: 'name', className: 'tree-name' },
      { title: 'Size', sort: 'size', className: 'number' },
      ...(isCompared ? [{ title: 'Δ', sort: 'delta', className: 'number' } as const] : []),
      { title: 'Waste', sort: 'waste', className: 'number' },
      { title: 'Files', sort: 'count', className: 'number wide' },
      { title: 'Layer', sort: null, className: 'wide' },
      { title: 'Package', sort: null, className: 'wide' },
      { title: 'Owner', sort: null, className: 'wide' },
    ];
    this.#filters = filterBar(page, true);
    this.#rows = new VirtualRows({
      label: 'Files',
      columns: this.#columns.length,
      row: index => this.#rowOf(index),
      act: (index, key) => this.#act(index, key),
    });
    const treegrid = element(
      'div',
      { role: 'treegrid', 'aria-label': 'Files', class: isCompared ? 'tree compared' : 'tree' },
      element('div', { role: 'rowgroup' }, this.#head),
      this.#rows.element,
    );
    this.#rows.describe(treegrid);
    this.element = element('section', { class: 'files' }, this.#filters.element, this.#summary, treegrid);
  }

  update(state: PageState): void {
    const { document } = this.#page;
    const key = `${state.layers.join()} ${state.text} ${state.show} ${state.unit}`;
    const isNew = key !== this.#filterKey || this.#sums === null;
    this.#state = state;
    this.#filters.update(state);
    if (isNew) {
      this.#sums = sumTree(this.#tree, document.layers, state);
      this.#filterKey = key;
      if (state.text !== '' || state.show !== 'all') this.#unfold();
      this.#tell();
    }
    this.#openTo(this.#tree.nearest(state.path));
    this.#drawHead();
    this.#relist();
  }

  #openTo(path: number): void {
    for (let each = path; ; each = this.#tree.parents[each] ?? ROOT_PATH) {
      this.#open.add(each);
      if (each === ROOT_PATH) return;
    }
  }

  /** Unfolds what was found, as far as it is not too much. */
  #unfold(): void {
    const { isShown } = this.#shownSums;
    const open = new Set<number>([ROOT_PATH]);
    let rows = 0;
    for (let path = 0; path < this.#tree.length && rows < MAX_UNFOLDED; path += 1) {
      if (isShown[path] === 0 || !open.has(this.#tree.parents[path] ?? 0)) continue;
      rows += 1;
      if (this.#tree.hasChildren(path)) open.add(path);
    }
    this.#open = open;
  }

  get #shownSums(): TreeSums {
    this.#sums ??= sumTree(this.#tree, this.#page.document.layers, this.#state);
    return this.#sums;
  }

  #tell(): void {
    const { sizes, counts, deltas, wasted } = this.#shownSums;
    const parts = [
      plural(counts[ROOT_PATH] ?? 0, 'path'),
      `${formatSize(Math.round(sizes[ROOT_PATH] ?? 0))}${this.#state.unit === 'compressed' ? ' compressed' : ''}`,
      ...(this.#page.document.files?.isCompared ? [formatSizeDelta(deltas[ROOT_PATH] ?? 0)] : []),
      ...((wasted[ROOT_PATH] ?? 0) > 0 ? [`${formatSize(wasted[ROOT_PATH] ?? 0)} wasted`] : []),
    ];
    fill(this.#summary, parts.join(', '));
    this.#page.announce(parts.join(', '));
  }

  #drawHead(): void {
    const { store } = this.#page;
    fill(
      this.#head,
      ...this.#columns.map(({ title, sort, className }) => {
        if (sort === null) return element('div', { role: 'columnheader', class: className }, title);
        const isOwn = this.#state.sort === sort;
        const isFalling = (sort !== 'name') !== this.#state.isReversed;
        const order = isOwn ? (isFalling ? 'descending' : 'ascending') : 'none';
        const act = (): void => store.set({ sort, isReversed: isOwn && !this.#state.isReversed }, 'replace');
        const sign = element('span', { 'aria-hidden': 'true' }, isOwn ? (isFalling ? ' ↓' : ' ↑') : '');
        return element(
          'div',
          { role: 'columnheader', class: className, 'aria-sort': order },
          button({ class: 'link' }, act, title, sign),
        );
      }),
    );
  }

  /** The rows that are there, each under its directory. */
  #relist(): void {
    const list: number[] = [];
    const open = [ROOT_PATH];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      list.push(path);
      // One by one: a directory may have more than a call takes arguments.
      if (this.#open.has(path)) for (const child of this.#sortedChildren(path).reverse()) open.push(child);
    }
    this.#list = list;
    this.#rows.show(list.length);
  }

  #sortedChildren(path: number): number[] {
    const { sizes, deltas, wasted, counts, isShown } = this.#shownSums;
    const children = this.#tree.childrenOf(path).filter(child => isShown[child] === 1);
    const { sort, isReversed } = this.#state;
    const direction = isReversed ? -1 : 1;
    if (sort === 'name') return isReversed ? children.reverse() : children;
    const column = { size: sizes, delta: deltas, waste: wasted, count: counts }[sort];
    const weight = (child: number): number =>
      sort === 'delta' ? Math.abs(column[child] ?? 0) : (column[child] ?? 0);
    return children.sort((a, b) => direction * (weight(b) - weight(a)) || a - b);
  }

  #rowOf(index: number): HTMLElement {
    const path = this.#list[index] ?? ROOT_PATH;
    const tree = this.#tree;
    const { sizes, deltas, wasted, counts } = this.#shownSums;
    const depth = tree.table.depths[path] ?? 0;
    const isFolder = tree.hasChildren(path);
    const isOpen = this.#open.has(path);
    const whole = Math.max(1, sizes[ROOT_PATH] ?? 0);
    const size = sizes[path] ?? 0;
    const delta = deltas[path] ?? 0;
    const change = tree.changeOf(path);
    const cells = [
      element(
        'div',
        { role: 'gridcell', class: 'tree-name' },
        element('span', { class: 'tree-sign', 'aria-hidden': 'true' }, isFolder ? (isOpen ? '▾' : '▸') : ''),
        this.#nameNode(path),
        this.#marks(path),
      ),
      cell(
        'number size',
        formatSize(Math.round(size)),
        // Of compressed bytes nobody knows which are wasted.
        shareBar(
          size / whole,
          this.#state.unit === 'compressed' ? 0 : Math.min(size, wasted[path] ?? 0) / whole,
        ),
      ),
      ...(this.#page.document.files?.isCompared
        ? [
            cell(
              'number',
              delta === 0
                ? ''
                : element('span', { class: delta > 0 ? 'worse' : 'better' }, formatSizeDelta(delta)),
            ),
          ]
        : []),
      cell('number waste', (wasted[path] ?? 0) > 0 ? formatSize(wasted[path] ?? 0) : ''),
      cell('number wide', isFolder ? formatCount(counts[path] ?? 0) : ''),
      cell('wide', this.#layerText(path)),
      cell('wide', this.#packageText(path)),
      cell('wide', this.#ownerText(path)),
    ];
    const row = element(
      'div',
      {
        role: 'row',
        class: `tree-row ${change}`,
        'aria-level': depth + 1,
        'aria-rowindex': index + 2,
        'aria-expanded': isFolder ? String(isOpen) : null,
      },
      ...cells,
    );
    row.style.setProperty('--depth', String(Math.min(depth, 24)));
    return row;
  }

  #nameNode(path: number): Node {
    const tree = this.#tree;
    const joined = tree.joinedOf(path);
    if (tree.kindOf(path) === 'folded')
      return element('span', { class: 'aside' }, plural(joined, 'smaller path'));
    if (path === ROOT_PATH) return element('span', {}, '/');
    const isFolder = tree.kindOf(path) === 'directory';
    return element('span', {}, nameNode(tree.nameOf(path)), isFolder ? '/' : null);
  }

  #marks(path: number): HTMLElement | null {
    const tree = this.#tree;
    const kind = tree.kindOf(path);
    const target = tree.table.links[(tree.table.targets[path] ?? 0) - 1];
    const change = tree.changeOf(path);
    const state = tree.stateOf(path);
    const words = [
      kind === 'symlink' || kind === 'hardlink'
        ? ''
        : kind === 'file' || kind === 'directory' || kind === 'folded'
          ? ''
          : kind,
      kind === 'folded' || change === 'unchanged' ? '' : change,
      state === 'deleted' && change !== 'removed' ? 'deleted' : '',
    ].filter(word => word !== '');
    if (words.length === 0 && target === undefined) return null;
    const link = target === undefined ? null : element('span', {}, ` → `, nameNode(target));
    return element(
      'span',
      { class: 'marks' },
      link,
      ...words.map(word => element('span', { class: 'mark' }, word)),
    );
  }

  #layerText(path: number): string {
    const layer = this.#tree.layerOf(path);
    if (layer === null || this.#tree.hasChildren(path)) return '';
    const [from, to] = this.#tree.entriesOf(path);
    const more = to - from - 1;
    const name = layerName(this.#page.document, layer);
    return more > 0 && this.#tree.joinedOf(path) === 0 ? `${name} and ${more} below` : name;
  }

  #packageText(path: number): Node | string {
    const owner = this.#tree.table.packages[(this.#tree.table.owners[path] ?? 0) - 1];
    return owner === undefined ? '' : nameNode(`${owner.name} ${owner.version}`);
  }

  #ownerText(path: number): string {
    const [from, to] = this.#tree.entriesOf(path);
    const { modes, attributes } = this.#tree.table;
    const owner = from === to ? undefined : attributes[(modes[to - 1] ?? 0) - 1];
    return owner === undefined ? '' : `${owner.uid}:${owner.gid} ${owner.mode.toString(8).padStart(4, '0')}`;
  }

  /** What a key, or a click as Enter, does to a row. @returns the row to go to; null to stay */
  #act(index: number, key: string): number | null {
    const path = this.#list[index];
    if (path === undefined) return null;
    const isFolder = this.#tree.hasChildren(path);
    const isOpen = this.#open.has(path);
    if (key === 'Enter' || key === ' ') {
      if (isFolder) this.#toggle(path);
    } else if (key === 'ArrowRight' && isFolder) {
      if (isOpen) return index + 1;
      this.#toggle(path);
    } else if (key === 'ArrowLeft') {
      if (isFolder && isOpen && path !== ROOT_PATH) this.#toggle(path);
      else return Math.max(0, this.#list.indexOf(this.#tree.parents[path] ?? ROOT_PATH));
    }
    return null;
  }

  #toggle(path: number): void {
    if (!this.#open.delete(path)) this.#open.add(path);
    // What all views zoom to is the last directory that was unfolded.
    this.#page.store.set({ path: this.#open.has(path) ? this.#tree.pathOf(path) : '' }, 'replace');
    if (!this.#open.has(path)) this.#relist();
  }
}

function cell(className: string, ...children: readonly (Node | string | null)[]): HTMLElement {
  return element('div', { role: 'gridcell', class: className }, ...children);
}
