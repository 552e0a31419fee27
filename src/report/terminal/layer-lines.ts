import { formatSize } from '../../base/number-text.ts';
import { phrase, place } from '../../base/phrase.ts';
import { isContentTelling } from '../change-sentences.ts';
import { type LayerRow, layerChangeText, layerTitle, shortLayerRows } from '../layer-row.ts';
import type { Report } from '../report.ts';
import { contentSentence } from '../sentences/content-sentence.ts';
import { bar, type Cell, cell } from './cell.ts';
import { columnLines, type TerminalColumn } from './columns.ts';
import type { Page } from './page.ts';
import { phraseCell, phraseLines } from './phrase-terminal.ts';
import type { Tone } from './style.ts';

const MAX_LAYERS = 60;
const BAR = 10;
/** Characters of an instruction: two may differ at their ends alone. */
const MAX_TITLE = 4000;

interface LayerColumn extends TerminalColumn {
  readonly cell: (row: LayerRow) => Cell;
}

/** The layers, lowest first, with their share of the image, and what changed in them without changing their size. */
export function layerLines(report: Report, page: Page): readonly string[] {
  const { rows, rest } = shortLayerRows(report, MAX_LAYERS);
  const columns = layerColumns(report, rows, page);
  const lines = columnLines(
    columns,
    rows.map(row => columns.map(column => column.cell(row))),
    page,
  );
  const size = rest.reduce((sum, row) => sum + row.size, 0);
  const more = rest.length === 0 ? [] : [`  and ${rest.length} more, ${formatSize(size)} together`];
  const sentence = isContentTelling(report) ? null : contentSentence(report);
  return [...lines, ...more, ...(sentence === null ? [] : phraseLines(sentence, page))];
}

function layerColumns(report: Report, rows: readonly LayerRow[], page: Page): readonly LayerColumn[] {
  const largest = rows.reduce((most, row) => Math.max(most, row.size), 0);
  const baseImageName = report.image.baseImageName;
  const title = (row: LayerRow) =>
    row.folded !== null && row.origin === 'base' && baseImageName !== null
      ? `${row.folded} of ${baseImageName.slice(0, 200)}`
      : layerTitle(row, MAX_TITLE);
  const columns: readonly (LayerColumn | null)[] = [
    { title: '#', align: 'right', cell: row => cell(indexText(row), 'dim') },
    { title: 'size', align: 'right', cell: row => cell(row.indexes === null ? '' : formatSize(row.size)) },
    page.width >= 100
      ? { title: '', align: 'left', cell: row => bar(row.size, row.wastedBytes, largest, BAR) }
      : null,
    report.comparison
      ? { title: 'Δ', align: 'right', cell: row => cell(layerChangeText(row), changeTone(row)) }
      : null,
    rows.some(row => row.wastedBytes > 0)
      ? {
          title: 'waste',
          label: 'waste',
          align: 'right',
          cell: row => cell(row.wastedBytes > 0 ? formatSize(row.wastedBytes) : '', 'bad'),
        }
      : null,
    rows.some(row => row.build !== '')
      ? { title: 'build', align: 'right', cell: row => cell(row.build, 'dim') }
      : null,
    rows.some(row => row.instruction)
      ? {
          title: 'where',
          align: 'left',
          flexible: 'middle',
          cell: row => (row.instruction ? phraseCell(phrase`${place(row.instruction)}`, page) : []),
        }
      : null,
    {
      title: 'instruction',
      align: 'left',
      flexible: 'end',
      cell: row => cell(title(row), row.folded === null ? 'none' : 'dim'),
    },
  ];
  return columns.filter(column => column !== null);
}

function indexText({ indexes }: LayerRow): string {
  if (indexes === null) return '−';
  return indexes[0] === indexes[1] ? String(indexes[0]) : `${indexes[0]}–${indexes[1]}`;
}

function changeTone({ delta }: LayerRow): Tone {
  if (!delta) return 'dim';
  return delta > 0 ? 'warn' : 'good';
}
