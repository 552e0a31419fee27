import { formatCount, formatSize, formatSizeDelta, plural } from '../../base/number-text.ts';
import { element, fill } from '../element.ts';
import { chosenPaths, filterBar, UNKNOWN_CHANGES } from '../filter-bar.ts';
import { layerName } from '../layer-names.ts';
import type { PageState } from '../page-state.ts';
import { type PageTree, ROOT_PATH } from '../page-tree.ts';
import { lastOnly } from '../pause.ts';
import { shareBar } from '../share-bar.ts';
import { sortTitle } from '../sortable-table.ts';
import { nameNode } from '../text-nodes.ts';
import { sumTree, type TreeSums } from '../tree-sums.ts';
import type { OpenView, PageContext, View } from '../view.ts';
import { VirtualRows } from '../virtual-rows.ts';
import { deltaCell } from './packages.ts';

export const filesView: View = {
  id: 'files',
  title: 'Files',
  isThere: ({ files }) => files !== null,
  open: page => page.files && new FilesTable(page, page.files),
};

/** Paths that are unfolded by themselves where something is searched for. */
const MAX_UNFOLDED = 400;

class FilesTable implements OpenView {
  readonly element: HTMLElement;
  readonly #page: PageContext;
  readonly #tree: PageTree;
  readonly #isCompared: boolean;
  readonly #rows: VirtualRows;
  readonly #grid: HTMLElement;
  readonly #summary = element('p.summary');
  readonly #filters: ReturnType<typeof filterBar>;
  readonly #titles: readonly OpenView[];
  readonly #sum = lastOnly((sums: TreeSums) => this.#take(sums));
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
    this.#isCompared = page.document.files?.isCompared === true;
    const title = (classes: string, name: string, by: PageState['sort'] | null): OpenView =>
      sortTitle(
        element(`div.${classes}`, { role: 'columnheader' }),
        { title: name, isNumber: by !== 'name' },
        by,
        page.store,
      );
    this.#titles = [
      title('tree-name', 'Name', 'name'),
      title('number', 'Size', 'size'),
      ...(this.#isCompared ? [title('number', 'Δ', 'delta')] : []),
      title('number.waste', 'Waste', 'waste'),
      title('number.wide', 'Files', 'count'),
      ...['Layer', 'Package', 'Owner'].map(name => title('wide', name, null)),
    ];
    this.#filters = filterBar(page, true);
    this.#rows = new VirtualRows({
      row: index => this.#rowOf(index),
      act: (index, key) => this.#act(index, key),
    });
    const heads = this.#titles.map(head => head.element);
    this.#grid = element(
      this.#isCompared ? 'div.tree.compared' : 'div.tree',
      { role: 'treegrid', 'aria-label': 'Files', 'aria-colcount': heads.length },
      element('div', { role: 'rowgroup' }, element('div.tree-row.tree-head', { role: 'row' }, ...heads)),
      this.#rows.element,
    );
    this.element = element('section', this.#filters.element, this.#summary, this.#grid);
  }

  update(state: PageState): void {
    const key = `${state.layers.join()} ${state.text} ${state.show} ${state.unit}`;
    this.#state = state;
    this.#filters.update(state);
    for (const title of this.#titles) title.update(state);
    const [, , delta] = this.#titles;
    if (this.#isCompared && delta) delta.element.title = state.layers.length > 0 ? UNKNOWN_CHANGES : '';
    if (key !== this.#filterKey) {
      this.#filterKey = key;
      this.#sum(sumTree(this.#tree, this.#page.document.layers, state));
    } else if (this.#sums !== null) this.#relist();
  }

  #take(sums: TreeSums): void {
    this.#sums = sums;
    if (this.#state.text !== '' || this.#state.show !== 'all') this.#unfold(sums);
    this.#tell(sums);
    this.#relist();
  }

  #openTo(path: number): void {
    for (let each = path; ; each = this.#tree.parents[each] ?? ROOT_PATH) {
      this.#open.add(each);
      if (each === ROOT_PATH) return;
    }
  }

  /** Unfolds what was found, as far as it is not too much. */
  #unfold({ isShown }: TreeSums): void {
    const open = new Set<number>([ROOT_PATH]);
    let rows = 0;
    for (let path = 0; path < this.#tree.length && rows < MAX_UNFOLDED; path += 1) {
      if (isShown[path] === 0 || !open.has(this.#tree.parents[path] ?? 0)) continue;
      rows += 1;
      if (this.#tree.hasChildren(path)) open.add(path);
    }
    this.#open = open;
  }

  #tell({ sizes, counts, deltas, wasted, isShown }: TreeSums): void {
    const isEmpty = isShown[ROOT_PATH] === 0;
    this.#grid.hidden = isEmpty;
    const [size = 0, delta = 0, waste = 0] = [sizes[ROOT_PATH], deltas[ROOT_PATH], wasted[ROOT_PATH]];
    const text = [
      plural(counts[ROOT_PATH] ?? 0, 'path'),
      `${formatSize(Math.round(size))}${this.#state.unit === 'compressed' ? ' compressed' : ''}`,
      ...(this.#isCompared && this.#state.layers.length === 0 ? [formatSizeDelta(delta)] : []),
      ...(waste > 0 ? [`${formatSize(waste)} wasted`] : []),
    ].join(', ');
    fill(this.#summary, ...(isEmpty ? chosenPaths(this.#page, false) : [text]));
    this.#page.announce(this.#summary.textContent);
  }

  /** The rows that are there, each under its directory. */
  #relist(): void {
    this.#openTo(this.#tree.nearest(this.#state.path));
    const list: number[] = [];
    const open = [ROOT_PATH];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      list.push(path);
      // One by one: a directory may have more than a call takes arguments.
      if (this.#open.has(path)) for (const child of this.#sortedChildren(path).reverse()) open.push(child);
    }
    this.#list = list;
    this.#grid.ariaRowCount = String(list.length + 1);
    this.#rows.show(list.length);
  }

  #sortedChildren(path: number): number[] {
    if (this.#sums === null) return [];
    const { sizes, deltas, wasted, counts, isShown } = this.#sums;
    const children = this.#tree.childrenOf(path).filter(child => isShown[child] === 1);
    const { sort, isReversed } = this.#state;
    if (sort === 'name') return isReversed ? children.reverse() : children;
    const column = { size: sizes, delta: deltas, waste: wasted, count: counts }[sort];
    const direction = isReversed ? -1 : 1;
    // Of what is waste or size nothing is less than zero.
    const weight = (child: number): number => direction * Math.abs(column[child] ?? 0);
    return children.sort((a, b) => weight(b) - weight(a) || a - b);
  }

  #rowOf(index: number): HTMLElement {
    const path = this.#list[index] ?? ROOT_PATH;
    const tree = this.#tree;
    const of = (column: Float64Array | Uint32Array | undefined): number => column?.[path] ?? 0;
    const depth = tree.table.depths[path] ?? 0;
    const isFolder = tree.hasChildren(path);
    const isOpen = this.#open.has(path);
    const whole = Math.max(1, this.#sums?.sizes[ROOT_PATH] ?? 0);
    const [size, delta, waste] = [of(this.#sums?.sizes), of(this.#sums?.deltas), of(this.#sums?.wasted)];
    // Of compressed bytes nobody knows which are wasted.
    const share = this.#state.unit === 'compressed' ? 0 : Math.min(size, waste);
    const row = element(
      `div.tree-row.${tree.changeOf(path)}`,
      {
        role: 'row',
        'aria-level': depth + 1,
        'aria-rowindex': index + 2,
        'aria-expanded': isFolder ? String(isOpen) : null,
      },
      cell(
        'tree-name',
        element('span.tree-sign', { 'aria-hidden': 'true' }, isFolder && (isOpen ? '▾' : '▸')),
        this.#nameNode(path),
        this.#marks(path),
      ),
      cell('number.size', formatSize(Math.round(size)), shareBar(size / whole, share / whole)),
      this.#isCompared && cell('number', delta !== 0 && deltaCell(delta)),
      cell('number.waste', waste > 0 && formatSize(waste)),
      cell('number.wide', isFolder && formatCount(of(this.#sums?.counts))),
      cell('wide', this.#layerText(path)),
      cell('wide', this.#packageText(path)),
      cell('wide', this.#ownerText(path)),
    );
    row.style.setProperty('--depth', String(Math.min(depth, 24)));
    return row;
  }

  #nameNode(path: number): Node {
    const tree = this.#tree;
    const kind = tree.kindOf(path);
    if (kind === 'folded') return element('span.aside', plural(tree.joinedOf(path), 'smaller path'));
    return element('span', nameNode(tree.nameOf(path)), kind === 'directory' && '/');
  }

  #marks(path: number): HTMLElement | null {
    const tree = this.#tree;
    const kind = tree.kindOf(path);
    const target = tree.table.links[(tree.table.targets[path] ?? 0) - 1];
    const change = tree.changeOf(path);
    const words = [
      kind === 'character' || kind === 'block' || kind === 'fifo' ? kind : '',
      kind === 'folded' || change === 'unchanged' ? '' : change,
      tree.stateOf(path) === 'deleted' && change !== 'removed' ? 'deleted' : '',
    ].filter(word => word !== '');
    if (words.length === 0 && target === undefined) return null;
    const link = target !== undefined && element('span', ' → ', nameNode(target));
    return element('span.marks', link, ...words.map(word => element('span.mark', word)));
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

function cell(classes: string, ...content: readonly (Node | string | null | false)[]): HTMLElement {
  return element(`div.${classes}`, { role: 'gridcell' }, ...content);
}
