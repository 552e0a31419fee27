import { formatSize, plural } from '../../base/number-text.ts';
import { phrase, strong } from '../../base/phrase.ts';
import { displayPath } from '../../base/untrusted-text.ts';
import { LayerPlaces } from '../layer-name.ts';
import type { Report } from '../report.ts';
import { squashPlace } from '../report-squash.ts';
import { buildSentence, countedSteps, warningSentence } from '../sentences/build-sentence.ts';
import { distinctParts, findingParts, lineOf, ruleAside } from '../sentences/finding-line.ts';
import { squashSentence } from '../sentences/squash-sentence.ts';
import { squashCommand } from '../squash-command.ts';
import { shownWaste, wasteReason } from '../wasted-paths.ts';
import { bar, cell } from './cell.ts';
import { columnLines, type TerminalColumn } from './columns.ts';
import type { Page } from './page.ts';
import { commandLines, type ListItem, listLines, phraseCell, phraseLines } from './phrase-terminal.ts';

const MAX_ITEMS = 15;

/** The findings, largest saving first; empty when there is none. */
export function findingLines(report: Report, page: Page): readonly string[] {
  const { findings } = report;
  const shown = findings.slice(0, MAX_ITEMS);
  const parts = distinctParts(shown);
  const items = shown.map((finding, index): ListItem => {
    const { lead, ...rest } = parts[index] ?? findingParts(finding);
    const sign = (lead ?? '•').padStart(8);
    return {
      sign,
      tone: 'strong',
      content: phrase`${lineOf({ ...rest, lead: null })}${ruleAside(finding)}`,
    };
  });
  const more = findings.length - items.length;
  const lines = listLines(items, page);
  return more > 0 ? [...lines, `  and ${plural(more, 'more finding')}`] : lines;
}

const MAX_PATHS = 10;
const ARROW = { text: ' → ', tone: 'dim' } as const;

/** The largest wasted paths; empty when nothing is wasted. */
export function wasteLines(report: Report, page: Page): readonly string[] {
  const { listed, unlisted } = shownWaste(report, MAX_PATHS);
  const first = listed[0];
  if (!first) return [];
  const places = new LayerPlaces(report);
  const named = (layer: number) => phraseCell(places.of(layer), page);
  const wide = page.width >= 100;
  const columns: readonly TerminalColumn[] = [
    { title: 'bytes', align: 'right' },
    ...(wide ? [{ title: '', align: 'left' } as const] : []),
    { title: 'path', align: 'left', flexible: 'middle' },
    { title: 'why', align: 'left' },
    { title: 'written → hidden', align: 'left', flexible: 'middle' },
  ];
  const rows = listed.map(file => [
    cell(formatSize(file.bytes), 'bad'),
    ...(wide ? [bar(file.bytes, file.bytes, first.bytes, 8)] : []),
    cell(displayPath(file.path, 2000)),
    cell(wasteReason(file), 'dim'),
    [...named(file.writtenBy), ARROW, ...named(file.hiddenBy)],
  ]);
  const lines = columnLines(columns, rows, page);
  return [...lines, ...unlisted.map(line => `  ${line}`)];
}

/** Which layers are worth merging, and how, where it is to be said here; empty elsewhere. */
export function squashLines(report: Report, where: 'waste' | 'layers', page: Page): readonly string[] {
  const { squash } = report;
  if (!squash || squashPlace(report) !== where) return [];
  const sentence = phraseLines(phrase`${squashSentence(report, squash)}:`, page);
  const command = commandLines(squashCommand(squash), { ...page, proseWidth: page.proseWidth - 2 });
  return [...sentence, ...command.map(line => `  ${line}`)];
}

/** The cache's story and BuildKit's own warnings; empty when nothing was built. */
export function buildLines(report: Report, page: Page): readonly string[] {
  const { build } = report;
  if (!build) return [];
  const story =
    countedSteps(build).length > 0
      ? phraseLines(phrase`${strong('Build:')} ${buildSentence(build, report.findings)}`, page)
      : [];
  const warnings = build.warnings
    .slice(0, MAX_ITEMS)
    .map((warning): ListItem => ({ sign: '!', tone: 'warn', content: warningSentence(warning) }));
  const more = build.warnings.length - warnings.length;
  return [
    ...story,
    ...listLines(warnings, page),
    ...(more > 0 ? [`  and ${plural(more, 'more warning')}`] : []),
  ];
}
