import { formatSize } from '../../base/number-text.ts';
import { phrase, place } from '../../base/phrase.ts';
import { isContentTelling } from '../change-sentences.ts';
import { type LayerRow, layerChangeText, layersSummary, layerTitle, shortLayerRows } from '../layer-row.ts';
import type { Report } from '../report.ts';
import { contentSentence } from '../sentences/content-sentence.ts';
import { codeSpan, escapeText, phraseMarkdown } from './markdown-text.ts';
import { type Column, type Section, table } from './section.ts';

interface LayerColumn extends Column {
  readonly cell: (row: LayerRow) => string;
}

export function layersSection(report: Report, max: number, open: boolean): Section {
  const { rows, rest } = shortLayerRows(report, max);
  const columns = layerColumns(report, rows);
  const body = table(
    columns,
    rows.map(row => columns.map(({ cell }) => cell(row))),
  );
  const size = rest.reduce((sum, row) => sum + row.size, 0);
  const more =
    rest.length === 0 ? '' : `\n\nAnd ${rest.length} more, ${escapeText(formatSize(size))} together.`;
  const sentence = isContentTelling(report) ? null : contentSentence(report);
  const changed = sentence === null ? '' : `\n\n${phraseMarkdown(sentence, report.context)}`;
  const summary = phrase`${layersSummary(report)}`;
  return { name: 'Layers', summary, body: `${body}${more}${changed}`, open };
}

function layerColumns(report: Report, rows: readonly LayerRow[]): readonly LayerColumn[] {
  const { comparison, context, image } = report;
  const baseImageName = image.baseImageName === null ? '' : ` of ${codeSpan(image.baseImageName)}`;
  const title = (row: LayerRow) => {
    if (row.folded === null) return codeSpan(layerTitle(row, 90));
    return `${escapeText(row.folded)}${row.origin === 'base' ? baseImageName : ''}`;
  };
  const columns: readonly (LayerColumn | null)[] = [
    {
      title: 'where',
      align: 'left',
      cell: row => (row.instruction ? phraseMarkdown(phrase`${place(row.instruction)}`, context) : ''),
    },
    { title: 'instruction', align: 'left', cell: title },
    {
      title: 'size',
      align: 'right',
      cell: row => (row.indexes === null ? '' : escapeText(formatSize(row.size))),
    },
    comparison ? { title: 'Δ', align: 'right', cell: row => escapeText(layerChangeText(row)) } : null,
    rows.some(row => row.wastedBytes > 0)
      ? {
          title: 'waste',
          align: 'right',
          cell: row => (row.wastedBytes > 0 ? formatSize(row.wastedBytes) : ''),
        }
      : null,
    rows.some(row => row.build !== '') ? { title: 'build', align: 'right', cell: row => row.build } : null,
  ];
  return columns.filter(column => column !== null);
}
