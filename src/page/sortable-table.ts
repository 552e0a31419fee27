import { plural } from '../base/number-text.ts';
import { button, element, fill } from './element.ts';
import type { PageState } from './page-state.ts';
import type { StateStore } from './state-store.ts';

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
  empty: string,
): SortableTable<Row> {
  const titles = columns.map(column => makeTitle(column, columns, store));
  const head = element('tr', {}, ...titles.map(title => title.element));
  const body = element('tbody');
  const more = element('div', { class: 'more' });
  const table = element(
    'table',
    {},
    element('caption', { class: 'unseen' }, caption),
    element('thead', {}, head),
    body,
  );
  const made = element(
    'div',
    { class: 'table', role: 'region', 'aria-label': caption, tabindex: 0 },
    table,
    more,
  );
  let shown = PAGE_ROWS;
  let before: readonly Row[] | null = null;

  const update = (rows: readonly Row[], state: PageState): void => {
    for (const title of titles) title.update(state);
    if (rows !== before) shown = PAGE_ROWS;
    before = rows;
    draw(sorted(rows, columns, state), 0);
  };
  const draw = (rows: readonly Row[], from: number): void => {
    if (from === 0) fill(body);
    body.append(...rows.slice(from, shown).map(row => rowOf(row, columns)));
    if (rows.length === 0)
      body.append(element('tr', {}, element('td', { colspan: columns.length, class: 'none' }, empty)));
    const left = rows.length - shown;
    fill(
      more,
      left <= 0
        ? null
        : button(
            {},
            () => {
              const first = shown;
              shown += PAGE_ROWS;
              draw(rows, first);
            },
            `Show more of ${plural(left, 'more row')}`,
          ),
    );
  };
  return { element: made, update };
}

function rowOf<Row>(row: Row, columns: readonly SortableColumn<Row>[]): HTMLElement {
  return element(
    'tr',
    {},
    ...columns.map(column => element('td', { class: classOf(column) }, column.cell(row))),
  );
}

/** Made once: a title that is clicked keeps the focus. */
function makeTitle<Row>(
  column: SortableColumn<Row>,
  columns: readonly SortableColumn<Row>[],
  store: StateStore,
): { readonly element: HTMLElement; readonly update: (state: PageState) => void } {
  const { title, sort } = column;
  const made = element('th', { scope: 'col', class: classOf(column) });
  if (sort === undefined) {
    made.append(title);
    return { element: made, update: () => {} };
  }
  const isOwn = (state: PageState): boolean => column === sortedColumn(columns, state);
  const sign = element('span', { 'aria-hidden': 'true' });
  const act = (): void => {
    const { current } = store;
    store.set({ sort: sort[0], isReversed: isOwn(current) && !current.isReversed }, 'replace');
  };
  made.append(button({ class: 'link' }, act, title, sign));
  const update = (state: PageState): void => {
    const isFalling = (column.isNumber === true) !== state.isReversed;
    sign.textContent = isOwn(state) ? (isFalling ? ' ↓' : ' ↑') : '';
    if (isOwn(state)) made.setAttribute('aria-sort', isFalling ? 'descending' : 'ascending');
    else made.removeAttribute('aria-sort');
  };
  return { element: made, update };
}

function classOf<Row>({ isNumber, isWide }: SortableColumn<Row>): string | null {
  const names = [isNumber === true ? 'number' : '', isWide === true ? 'wide' : ''].filter(
    name => name !== '',
  );
  return names.length === 0 ? null : names.join(' ');
}

/** Where another view is sorted by what this one has not, the rows stay as they are given. */
function sortedColumn<Row>(
  columns: readonly SortableColumn<Row>[],
  { sort }: PageState,
): SortableColumn<Row> | undefined {
  return columns.find(column => column.sort?.[0] === sort);
}

function sorted<Row>(
  rows: readonly Row[],
  columns: readonly SortableColumn<Row>[],
  state: PageState,
): readonly Row[] {
  const column = sortedColumn(columns, state);
  if (column?.sort === undefined) return rows;
  const [, key] = column.sort;
  const direction = (column.isNumber === true) !== state.isReversed ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [key(a), key(b)];
    return x === y ? 0 : x < y ? -direction : direction;
  });
}
