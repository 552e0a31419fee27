import { formatSize } from '../../base/number-text.ts';
import { phrase, place } from '../../base/phrase.ts';
import { isContentTelling } from '../change-sentences.ts';
import { type LayerRow, layerChangeText, layersSummary, layerTitle, shortLayerRows } from '../layer-row.ts';
import type { Report } from '../report.ts';
import { contentSentence } from '../sentences/content-sentence.ts';
import { codeSpan, escapeText, phraseMarkdown } from './markdown-text.ts';
import { type Column, type Section, table } from './section.ts';
import { squashMarkdown } from './squash-markdown.ts';

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
  return {
    name: 'Layers',
    summary,
    body: `${body}${more}${changed}${squashMarkdown(report, 'layers')}`,
    open,
  };
}

function layerColumns(report: Report, rows: readonly LayerRow[]): readonly LayerColumn[] {
  const isChanged = rows.some(row => layerChangeText(row) !== '');
  return [
    { title: isChanged ? 'size (Δ)' : 'size', align: 'right', cell: sizeCell },
    { title: 'layer', align: 'left', cell: row => layerCell(row, report) },
  ];
}

function sizeCell(row: LayerRow): string {
  // All of a new layer is new.
  const change = row.change === 'added' ? 'new' : layerChangeText(row);
  const size = row.indexes === null ? null : formatSize(row.size);
  const texts = [size, change === '' ? null : `(${change})`].filter(text => text !== null);
  return escapeText(texts.join(' '));
}

/** The line and its instruction, and below them what the layer wastes and how long it was built. */
function layerCell(row: LayerRow, { context, image }: Report): string {
  const baseImageName =
    row.origin === 'base' && image.baseImageName !== null ? ` of ${codeSpan(image.baseImageName)}` : '';
  const title =
    row.folded === null ? codeSpan(layerTitle(row, 90)) : `${escapeText(row.folded)}${baseImageName}`;
  const where = row.instruction ? `${phraseMarkdown(phrase`${place(row.instruction)}`, context)} ` : '';
  const facts = [
    row.wastedBytes > 0 ? `waste ${formatSize(row.wastedBytes)}` : null,
    row.build === '' || row.build === 'cached' ? row.build : `built in ${row.build}`,
  ].filter(fact => fact !== null && fact !== '');
  return `${where}${title}${facts.length === 0 ? '' : `<br>${facts.join(' · ')}`}`;
}
