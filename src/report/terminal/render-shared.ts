import { formatSize } from '../../base/number-text.ts';
import { message, type Phrase, phrase } from '../../base/phrase.ts';
import { withoutCommands } from '../../base/untrusted-text.ts';
import {
  misplacedPhrase,
  repeatedPhrase,
  sharedHeadline,
  sharedPhrase,
} from '../sentences/shared-sentences.ts';
import type { SharedReport } from '../shared-report.ts';
import { cell } from './cell.ts';
import { columnLines, type TerminalColumn } from './columns.ts';
import { makePage, type Page, type TerminalOptions } from './page.ts';
import { listLines, noticeLines, phraseLines } from './phrase-terminal.ts';

/** Rows of each list. */
const MAX_ROWS = 12;

/** What images share, what they could share, and what all of them take up. */
export function renderShared(report: SharedReport, options: TerminalOptions): string {
  const page = makePage(options, null);
  const blocks = [
    phraseLines(sharedHeadline(report), page),
    imageLines(report, page),
    section('Shared, kept once:', report.shared, each => sharedPhrase(each, report), page),
    section(
      'The same layer on top of other layers, kept more than once:',
      report.misplaced.filter(({ saving }) => saving * 1000 >= report.size),
      each => misplacedPhrase(each, report),
      page,
    ),
    report.repeated.count === 0 ? [] : phraseLines(repeatedPhrase(report.repeated), page),
    report.notices.flatMap(notice => noticeLines(phrase`Note: ${message(notice.message)}`, page)),
  ];
  const shown = blocks.filter(block => block.length > 0);
  return withoutCommands(`${shown.map(block => block.join('\n')).join('\n\n')}\n`);
}

const COLUMNS: readonly TerminalColumn[] = [
  { title: 'image', align: 'left', flexible: 'middle' },
  { title: 'size', align: 'right' },
  { title: 'layers', align: 'right' },
  { title: 'shared', align: 'right' },
  { title: 'its own', align: 'right' },
];

function imageLines({ images }: SharedReport, page: Page): readonly string[] {
  return columnLines(
    COLUMNS,
    images.map(({ name, size, layerCount, sharedSize, ownSize }) => [
      cell(name, 'code'),
      cell(formatSize(size)),
      cell(String(layerCount)),
      cell(formatSize(sharedSize)),
      cell(formatSize(ownSize)),
    ]),
    page,
  );
}

function section<T>(
  title: string,
  rows: readonly T[],
  describe: (row: T) => Phrase,
  page: Page,
): readonly string[] {
  if (rows.length === 0) return [];
  const items = rows
    .slice(0, MAX_ROWS)
    .map(row => ({ sign: '·', tone: 'strong', content: describe(row) }) as const);
  const more = rows.length > MAX_ROWS ? [`  and ${rows.length - MAX_ROWS} more`] : [];
  return [...phraseLines(phrase`${title}`, page), ...listLines(items, page), ...more];
}
