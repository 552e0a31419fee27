/** Nothing is drawn in less. */
export const MIN_COLUMNS = 40;
export const MIN_ROWS = 10;

/** In fewer columns one pane is shown at a time. */
const TWO_PANES = 72;

/** How a screen is divided. Columns and rows; a pane's rows are those below its title and its heads. */
export interface Layout {
  readonly columns: number;
  readonly rows: number;
  readonly isTooSmall: boolean;
  /** 0 where the tree alone is shown. */
  readonly leftColumns: number;
  /** 0 where it is not shown. */
  readonly treeColumns: number;
  /** Between the title and the last line. */
  readonly bodyRows: number;
  readonly layerRows: number;
  readonly treeRows: number;
  /** Of a page over the panes. */
  readonly pageRows: number;
}

interface LaidOut {
  readonly columns: number;
  readonly rows: number;
  readonly pane: 'layers' | 'tree';
  readonly layerCount: number;
}

export function layoutOf({ columns, rows, pane, layerCount }: LaidOut): Layout {
  const bodyRows = Math.max(0, rows - 2);
  const isWide = columns >= TWO_PANES;
  const left = Math.floor((columns - 1) / 2);
  const most = Math.max(1, Math.floor(bodyRows / 2) - 2);
  return {
    columns,
    rows,
    isTooSmall: columns < MIN_COLUMNS || rows < MIN_ROWS,
    leftColumns: isWide ? left : pane === 'layers' ? columns : 0,
    treeColumns: isWide ? columns - left - 1 : pane === 'tree' ? columns : 0,
    bodyRows,
    layerRows: Math.max(1, Math.min(layerCount, most)),
    treeRows: Math.max(1, bodyRows - 2),
    pageRows: Math.max(1, bodyRows - 1),
  };
}

/** Rows of the list of findings; the rest of the page tells of one. */
export function findingRows({ pageRows }: Pick<Layout, 'pageRows'>, count: number): number {
  return Math.max(1, Math.min(count, Math.floor(pageRows / 2) - 1));
}

/** The first row to be shown, so that the chosen one is among them. @param count rows that there are */
export function scrolledTop(top: number, chosen: number, rows: number, count: number): number {
  const highest = Math.max(0, count - rows);
  const near = Math.min(Math.max(top, chosen - rows + 1), chosen);
  return Math.max(0, Math.min(near, highest));
}
