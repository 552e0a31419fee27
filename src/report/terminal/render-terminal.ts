import { formatSize, plural } from '../../base/number-text.ts';
import { message, type Phrase, phrase } from '../../base/phrase.ts';
import { withoutCommands } from '../../base/untrusted-text.ts';
import { baseText, shownNotices } from '../headline.ts';
import { layersSummary } from '../layer-row.ts';
import type { Report } from '../report.ts';
import { fixesSentence } from '../sentences/finding-line.ts';
import { figureLines } from './figure-lines.ts';
import { budgetLines, causeLines, headlineLines } from './headline-lines.ts';
import { layerLines } from './layer-lines.ts';
import { phraseLines } from './phrase-terminal.ts';
import { buildLines, findingLines, wasteLines } from './section-lines.ts';
import { type Paint, painter } from './style.ts';

export interface TerminalOptions {
  /** Width of the terminal in columns; between 60 and 120 are used. */
  readonly columns: number;
  readonly color: boolean;
}

const MAX_NOTICES = 15;

/** The report for a terminal or a log. No line starts a runner's command, whatever the names in it. */
export function renderTerminal(report: Report, { columns, color }: TerminalOptions): string {
  const width = Math.min(120, Math.max(60, Math.trunc(columns) || 80));
  const paint = painter(color);
  const blocks: readonly (readonly string[])[] = [
    [...headlineLines(report, width, paint), ...causeLines(report, width, paint)],
    figureLines(report, width, paint),
    budgetLines(report, width, paint),
    addTitle(phrase`${layersSummary(report)}`, layerLines(report, width, paint), width, paint),
    addTitle(fixesSentence(report), findingLines(report, width, paint), width, paint),
    addTitle(wasteTitle(report), wasteLines(report, width, paint), width, paint),
    buildLines(report, width, paint),
    noticeLines(report, width, paint),
  ];
  const shown = blocks.filter(lines => lines.length > 0);
  return withoutCommands(`${shown.map(lines => lines.join('\n')).join('\n\n')}\n`);
}

function addTitle(title: Phrase, lines: readonly string[], width: number, paint: Paint): readonly string[] {
  if (lines.length === 0) return [];
  return [...phraseLines(title, width, (_tone, text) => paint('strong', text)), ...lines];
}

function wasteTitle({ wastedFilesTotal: { paths, bytes } }: Report): Phrase {
  return phrase`Largest waste: ${formatSize(bytes)} in ${plural(paths, 'path')}`;
}

function noticeLines(report: Report, width: number, paint: Paint): readonly string[] {
  const said = baseText(report);
  const base = said === null ? [] : [phrase`${message(said, 300)}`];
  const notices = shownNotices(report);
  const items = [
    ...base,
    ...notices.slice(0, MAX_NOTICES).map(notice => phrase`Note: ${message(notice.message)}`),
  ];
  const more = notices.length - Math.min(notices.length, MAX_NOTICES);
  const lines = items.flatMap(item => phraseLines(item, width, paint));
  return [...lines, ...(more > 0 ? [`and ${plural(more, 'more notice')}`] : [])];
}
