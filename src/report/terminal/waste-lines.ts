import { plural } from '../../base/number-text.ts';
import { formatSize } from '../../base/size.ts';
import { displayPath } from '../../base/untrusted-text.ts';
import { LayerPlaces } from '../layer-place.ts';
import type { Report } from '../report.ts';
import { wasteReason } from '../sentences/waste-sentence.ts';
import { bar } from './bar.ts';
import { cell, columnLines, type TerminalColumn } from './columns.ts';
import { placeCells } from './place-cell.ts';
import type { Paint } from './style.ts';

const MOST = 10;
const ARROW = { text: ' → ', tone: 'dim' } as const;

/** The largest wasted paths; empty when nothing is wasted. */
export function wasteLines(report: Report, width: number, paint: Paint): readonly string[] {
  const listed = report.wastedFiles.slice(0, MOST);
  const first = listed[0];
  if (!first) return [];
  const places = new LayerPlaces(report);
  const named = placeCells(report, width);
  const wide = width >= 100;
  const columns: readonly TerminalColumn[] = [
    { title: 'bytes', align: 'right' },
    ...(wide ? [{ title: '', align: 'left' } as const] : []),
    { title: 'path', align: 'left', flexible: 'middle' },
    { title: 'why', align: 'left' },
    { title: 'written → hidden', align: 'left' },
  ];
  const rows = listed.map(file => [
    cell(formatSize(file.bytes), 'bad'),
    ...(wide ? [bar(file.bytes, file.bytes, first.bytes, 8)] : []),
    cell(displayPath(file.path, 400)),
    cell(wasteReason(file), 'dim'),
    [...named(places.of(file.writtenBy)), ARROW, ...named(places.of(file.hiddenBy))],
  ]);
  const lines = columnLines(columns, rows, width, paint);
  const more = report.wastedFilesTotal.paths - listed.length;
  const rest = report.wastedFilesTotal.bytes - listed.reduce((sum, file) => sum + file.bytes, 0);
  return more > 0 && rest > 0 ? [...lines, `  and ${plural(more, 'more path')}, ${formatSize(rest)}`] : lines;
}
