import { formatCount, formatSize } from '../../base/number-text.ts';
import type { PageColumn, PageTable } from '../../report/html/page-details.ts';
import { element } from '../element.ts';
import { showsText } from '../layer-names.ts';
import { type SortableColumn, sortableTable, titledTable } from '../sortable-table.ts';
import type { StateStore } from '../state-store.ts';
import { nameNode, phraseNodes } from '../text-nodes.ts';
import type { OpenView, PageContext, View } from '../view.ts';

export const sharedView: View = {
  id: 'shared',
  title: 'Shared',
  isThere: ({ details }) => details.shared !== null,
  open: openShared,
};

function openShared({ document, store }: PageContext): OpenView | null {
  const { shared } = document.details;
  if (shared === null) return null;
  const parts = shared.tables.map(table => openTable(table, store));
  const note = element('p.sentence', ...phraseNodes(shared.note, () => {}));
  return {
    element: element('section', ...parts.map(part => part.element), note),
    update: state => {
      for (const part of parts) part.update(state);
    },
  };
}

type Row = PageTable['rows'][number];

function openTable({ title, columns, rows }: PageTable, store: StateStore): OpenView {
  const table = sortableTable(title, columns.map(columnOf), store);
  const textsOf = (row: Row): readonly string[] => row.filter(cell => typeof cell === 'string');
  return titledTable(title, table, state => rows.filter(row => showsText(state, ...textsOf(row))));
}

function columnOf({ title, unit, sort }: PageColumn, index: number): SortableColumn<Row> {
  const format = unit === 'bytes' ? formatSize : formatCount;
  const cellOf = (row: Row): string | number => row[index] ?? '';
  return {
    title,
    isNumber: unit !== null,
    cell: row => {
      const value = cellOf(row);
      return typeof value === 'number' ? format(value) : nameNode(value);
    },
    ...(sort === null ? {} : { sort: [sort, cellOf] }),
  };
}
