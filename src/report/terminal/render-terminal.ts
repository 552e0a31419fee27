import { formatSize, plural } from '../../base/number-text.ts';
import { message, type Phrase, phrase } from '../../base/phrase.ts';
import { withoutCommands } from '../../base/untrusted-text.ts';
import { baseText, shownNotices } from '../headline.ts';
import { ignoredSentence } from '../ignored-findings.ts';
import { layersSummary } from '../layer-row.ts';
import type { Report } from '../report.ts';
import { fixesSentence } from '../sentences/finding-line.ts';
import { squashedSentence } from '../sentences/squashed-sentence.ts';
import { figureLines } from './figure-lines.ts';
import { budgetLines, causeLines, headlineLines } from './headline-lines.ts';
import { layerLines } from './layer-lines.ts';
import { makePage, onlyDockerfile, type Page, type TerminalOptions } from './page.ts';
import { noticeLines, phraseLines } from './phrase-terminal.ts';
import { buildLines, findingLines, squashLines, wasteLines } from './section-lines.ts';

const MAX_NOTICES = 15;

/** The report for a terminal or a log. No line starts a runner's command, whatever the names in it. */
export function renderTerminal(report: Report, options: TerminalOptions): string {
  const page = makePage(options, onlyDockerfile(report));
  const blocks: readonly (readonly string[])[] = [
    [...headlineLines(report, page), ...causeLines(report, page)],
    [...figureLines(report, page), ...squashedLines(report, page)],
    budgetLines(report, page),
    [
      ...addTitle(phrase`${layersSummary(report)}`, layerLines(report, page), page),
      ...squashLines(report, 'layers', page),
    ],
    addTitle(fixesSentence(report), findingLines(report, page), page),
    ignoredLines(report, page),
    [...addTitle(wasteTitle(report), wasteLines(report, page), page), ...squashLines(report, 'waste', page)],
    buildLines(report, page),
    noteLines(report, page),
  ];
  const shown = blocks.filter(lines => lines.length > 0);
  return withoutCommands(`${shown.map(lines => lines.join('\n')).join('\n\n')}\n`);
}

function addTitle(title: Phrase, lines: readonly string[], page: Page): readonly string[] {
  if (lines.length === 0) return [];
  return [...phraseLines(title, { ...page, paint: (_tone, text) => page.paint('strong', text) }), ...lines];
}

function ignoredLines(report: Report, page: Page): readonly string[] {
  const sentence = ignoredSentence(report);
  return sentence === null ? [] : phraseLines(sentence, page);
}

/** What merging layers made of the image. */
function squashedLines(report: Report, page: Page): readonly string[] {
  const sentence = squashedSentence(report);
  return sentence === null ? [] : phraseLines(sentence, page);
}

function wasteTitle({ wastedFilesTotal: { paths, bytes } }: Report): Phrase {
  return phrase`Largest waste: ${formatSize(bytes)} in ${plural(paths, 'path')}`;
}

function noteLines(report: Report, page: Page): readonly string[] {
  const said = baseText(report);
  const base = said === null ? [] : [phrase`${message(said, 300)}`];
  const notices = shownNotices(report);
  const items = [
    ...base,
    ...notices.slice(0, MAX_NOTICES).map(notice => phrase`Note: ${message(notice.message)}`),
  ];
  const more = notices.length - Math.min(notices.length, MAX_NOTICES);
  const lines = items.flatMap(item => noticeLines(item, page));
  return [...lines, ...(more > 0 ? [`and ${plural(more, 'more notice')}`] : [])];
}
