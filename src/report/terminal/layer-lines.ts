import { formatSize } from '../../base/number-text.ts';
import { phrase, place } from '../../base/phrase.ts';
import { isContentTelling } from '../change-sentences.ts';
import { type LayerRow, layerChangeText, layerTitle, shortLayerRows } from '../layer-row.ts';
import type { Report } from '../report.ts';
import { contentSentence } from '../sentences/content-sentence.ts';
import { bar, type Cell, cell, columnLines, placeCells, type TerminalColumn } from './columns.ts';
import { phraseLines } from './phrase-terminal.ts';
import type { Paint, Tone } from './style.ts';

const MAX_LAYERS = 60;
const BAR = 10;

interface LayerColumn extends TerminalColumn {
  readonly cell: (row: LayerRow) => Cell;
}

/** The layers, lowest first, with their share of the image, and what changed in them without changing their size. */
export function layerLines(report: Report, width: number, paint: Paint): readonly string[] {
  const { rows, rest } = shortLayerRows(report, MAX_LAYERS);
  const columns = layerColumns(report, rows, width);
  const lines = columnLines(
    columns,
    rows.map(row => columns.map(column => column.cell(row))),
    width,
    paint,
  );
  const size = rest.reduce((sum, row) => sum + row.size, 0);
  const more = rest.length === 0 ? [] : [`  and ${rest.length} more, ${formatSize(size)} together`];
  const sentence = isContentTelling(report) ? null : contentSentence(report);
  return [...lines, ...more, ...(sentence === null ? [] : phraseLines(sentence, width, paint))];
}

function layerColumns(report: Report, rows: readonly LayerRow[], width: number): readonly LayerColumn[] {
  const named = placeCells(report, width);
  const largest = rows.reduce((most, row) => Math.max(most, row.size), 0);
  const baseImageName = report.image.baseImageName;
  const title = (row: LayerRow) =>
    row.folded !== null && row.origin === 'base' && baseImageName !== null
      ? `${row.folded} of ${baseImageName.slice(0, 200)}`
      : layerTitle(row, 300);
  const columns: readonly (LayerColumn | null)[] = [
    { title: '#', align: 'right', cell: row => cell(indexText(row), 'dim') },
    { title: 'size', align: 'right', cell: row => cell(row.indexes === null ? '' : formatSize(row.size)) },
    width >= 100
      ? { title: '', align: 'left', cell: row => bar(row.size, row.wastedBytes, largest, BAR) }
      : null,
    report.comparison
      ? { title: 'Δ', align: 'right', cell: row => cell(layerChangeText(row), changeTone(row)) }
      : null,
    rows.some(row => row.wastedBytes > 0)
      ? {
          title: 'waste',
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
          cell: row => (row.instruction ? named(phrase`${place(row.instruction)}`) : []),
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
