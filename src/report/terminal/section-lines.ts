import { formatSize, plural } from '../../base/number-text.ts';
import { code, message, phrase, place, strong } from '../../base/phrase.ts';
import { displayPath } from '../../base/untrusted-text.ts';
import { LayerPlaces } from '../layer-name.ts';
import type { Report } from '../report.ts';
import { buildSentence, countedSteps } from '../sentences/build-sentence.ts';
import { findingParts, lineOf } from '../sentences/finding-line.ts';
import { wasteReason } from '../wasted-paths.ts';
import { bar, cell, columnLines, placeCells, type TerminalColumn } from './columns.ts';
import { listLines, phraseLines } from './phrase-terminal.ts';
import type { Paint } from './style.ts';

const MAX_ITEMS = 15;

/** The findings, largest saving first; empty when there is none. */
export function findingLines(report: Report, width: number, paint: Paint): readonly string[] {
  const { findings } = report;
  const items = findings.slice(0, MAX_ITEMS).map(finding => {
    const parts = findingParts(finding);
    const sign = (parts.lead ?? '•').padStart(8);
    return { sign, tone: 'strong' as const, content: lineOf({ ...parts, lead: null }) };
  });
  const more = findings.length - items.length;
  const lines = listLines(items, width, paint);
  return more > 0 ? [...lines, `  and ${plural(more, 'more finding')}`] : lines;
}

const MAX_PATHS = 10;
const ARROW = { text: ' → ', tone: 'dim' } as const;

/** The largest wasted paths; empty when nothing is wasted. */
export function wasteLines(report: Report, width: number, paint: Paint): readonly string[] {
  const listed = report.wastedFiles.slice(0, MAX_PATHS);
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

/** The cache's story and BuildKit's own warnings; empty when nothing was built. */
export function buildLines(report: Report, width: number, paint: Paint): readonly string[] {
  const { build } = report;
  if (!build) return [];
  const story =
    countedSteps(build).length > 0
      ? phraseLines(phrase`${strong('Build:')} ${buildSentence(build, report.findings)}`, width, paint)
      : [];
  const warnings = build.warnings.slice(0, MAX_ITEMS).map(warning => {
    const { file, startLine, endLine } = warning;
    const location = file && startLine ? { file, startLine, endLine: endLine ?? startLine, text: '' } : null;
    const where = location ? phrase`${place(location)}: ` : [];
    const rule = warning.rule === warning.message ? [] : phrase` (${code(warning.rule, 60)})`;
    return {
      sign: '!',
      tone: 'warn' as const,
      content: phrase`${where}${message(warning.message, 300)}${rule}`,
    };
  });
  const more = build.warnings.length - warnings.length;
  return [
    ...story,
    ...listLines(warnings, width, paint),
    ...(more > 0 ? [`  and ${plural(more, 'more warning')}`] : []),
  ];
}
