import { plural } from '../base/number-text.ts';
import { button, element, fill } from './element.ts';
import type { PageState } from './page-state.ts';
import type { StateStore } from './state-store.ts';
import { tableBox } from './table-box.ts';
import type { OpenView } from './view.ts';

/** A column of a table, by which its rows may be sorted. */
export interface SortableColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Node | string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  /** Left out where the page is as narrow as a phone. */
  readonly isWide?: boolean;
  /** How its order is called in the address, and what of a row it goes by; absent where it has none. */
  readonly sort?: readonly [id: PageState['sort'], key: (row: Row) => number | string];
}

export interface SortableTable<Row> {
  readonly element: HTMLElement;
  readonly update: (rows: readonly Row[], state: PageState) => void;
}

/** Rows that are drawn at once; more at a click. */
const PAGE_ROWS = 200;

/**
 * A table that is sorted by a click on a title. Numbers are largest first, texts as in a dictionary, or the other way round.
 * @param caption what a screen reader calls it
 * @param empty what stands there in place of no rows
 */
export function sortableTable<Row>(
  caption: string,
  columns: readonly SortableColumn<Row>[],
  store: StateStore,
  empty = 'Nothing has all of this.',
): SortableTable<Row> {
  const titles = columns.map(column =>
    sortTitle(element(`th.${classOf(column)}`, { scope: 'col' }), column, column.sort?.[0] ?? null, store),
  );
  const body = element('tbody');
  const more = element('div.more');
  const made = tableBox(
    '.table',
    caption,
    titles.map(title => title.element),
    body,
  );
  made.append(more);
  let sortedRows: readonly Row[] = [];
  let shown = 0;
  const draw = (): void => {
    const rows = sortedRows.slice(shown, shown + PAGE_ROWS);
    body.append(...rows.map(row => rowOf(row, columns)));
    shown += PAGE_ROWS;
    const left = sortedRows.length - shown;
    fill(more, left > 0 && button('', draw, `Show more of ${plural(left, 'more row')}`));
  };
  const update = (rows: readonly Row[], state: PageState): void => {
    for (const title of titles) title.update(state);
    sortedRows = sorted(rows, columns, state);
    shown = 0;
    fill(body, rows.length === 0 && element('tr', element('td.none', { colspan: columns.length }, empty)));
    draw();
  };
  return { element: made, update };
}

/** A table under a title. @param rowsOf those that are shown */
export function titledTable<Row>(
  title: string,
  table: SortableTable<Row>,
  rowsOf: (state: PageState) => readonly Row[],
  ...below: readonly HTMLElement[]
): OpenView {
  return {
    element: element('div', element('h2', title), table.element, ...below),
    update: state => table.update(rowsOf(state), state),
  };
}

function rowOf<Row>(row: Row, columns: readonly SortableColumn<Row>[]): HTMLElement {
  return element('tr', ...columns.map(column => element(`td.${classOf(column)}`, column.cell(row))));
}

/**
 * The head of a column, with its title as a button where rows are sorted by it. Made once: a title that is clicked keeps the
 * focus.
 */
export function sortTitle(
  head: HTMLElement,
  { title, isNumber }: { readonly title: string; readonly isNumber?: boolean },
  by: PageState['sort'] | null,
  store: StateStore,
): OpenView {
  if (by === null) {
    head.append(title);
    return { element: head, update: () => {} };
  }
  const sign = element('span', { 'aria-hidden': 'true' });
  const act = (): void => {
    const { sort, isReversed } = store.current;
    store.set({ sort: by, isReversed: sort === by && !isReversed }, 'replace');
  };
  head.append(button('.link', act, title, sign));
  const update = ({ sort, isReversed }: PageState): void => {
    const isFalling = (isNumber === true) !== isReversed;
    sign.textContent = sort === by ? (isFalling ? ' ↓' : ' ↑') : '';
    head.ariaSort = sort === by ? (isFalling ? 'descending' : 'ascending') : null;
  };
  return { element: head, update };
}

function classOf<Row>({ isNumber, isWide }: SortableColumn<Row>): string {
  return `${isNumber === true ? 'number' : ''}${isWide === true ? '.wide' : ''}`;
}

/** Where another view is sorted by what this one has not, the rows stay as they are given. */
function sorted<Row>(
  rows: readonly Row[],
  columns: readonly SortableColumn<Row>[],
  state: PageState,
): readonly Row[] {
  const column = columns.find(({ sort }) => sort?.[0] === state.sort);
  if (column?.sort === undefined) return rows;
  const [, key] = column.sort;
  const direction = (column.isNumber === true) !== state.isReversed ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [key(a), key(b)];
    return x === y ? 0 : x < y ? -direction : direction;
  });
}
