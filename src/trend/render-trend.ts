import { shortCommit } from '../base/commit.ts';
import { formatSize, plural } from '../base/number-text.ts';
import { code, message, type Phrase, phrase, strong } from '../base/phrase.ts';
import { withoutCommands } from '../base/untrusted-text.ts';
import { changeText } from '../report/headline.ts';
import { type Cell, cell } from '../report/terminal/cell.ts';
import { columnLines } from '../report/terminal/columns.ts';
import { makePage, type Page, type TerminalOptions } from '../report/terminal/page.ts';
import { noticeLines, phraseLines } from '../report/terminal/phrase-terminal.ts';
import { GROWTH_DAYS, type TrendJump, type TrendPoint } from '../report/trend-schema.ts';
import { sparkline } from './sparkline.ts';
import type { TrendImage, TrendReport } from './trend-report.ts';

/** Columns of the line of blocks, of one image and of each of several. */
const WIDE = 60;
const NARROW = 20;
/** Jumps that are listed. */
const MAX_JUMPS = 5;

/** The weight over time: of one image all that is known, of several a line each. */
export function renderTrend({ images, notices }: TrendReport, options: TerminalOptions): string {
  const page = makePage(options, null);
  const [first] = images;
  const blocks =
    first === undefined
      ? [phraseLines(NOTHING, page)]
      : images.length === 1
        ? imageBlocks(first, page)
        : [overviewLines(images, page)];
  const told = notices.flatMap(notice => noticeLines(phrase`Note: ${message(notice.message)}`, page));
  const shown = [...blocks, told].filter(block => block.length > 0);
  return withoutCommands(`${shown.map(block => block.join('\n')).join('\n\n')}\n`);
}

const NOTHING = phrase`No image has a history yet: the first push with ${code('history: true')} begins one.`;

function imageBlocks(image: TrendImage, page: Page): readonly (readonly string[])[] {
  const { points } = image;
  const sizes = points.map(({ size }) => size);
  if (points.length === 1) {
    return [
      phraseLines(headline(image), page),
      phraseLines(phrase`The next push tells whether it grows.`, page),
    ];
  }
  const line = page.paint('place', sparkline(sizes, Math.min(WIDE, page.width - INDENT.length)));
  const isFlat = image.least.size === image.most.size;
  return [
    [...phraseLines(headline(image), page), `${INDENT}${line}`],
    isFlat ? phraseLines(phrase`The size has not changed.`, page) : extremeLines(image, page),
    growthLines(image, page),
    jumpLines(image.jumps, page),
  ];
}

const INDENT = '  ';

function headline(image: TrendImage): Phrase {
  const { points, branch } = image;
  const last = points.at(-1);
  const since = points.length === 1 ? 'of' : 'since';
  return phrase`${nameOf(image)}: ${strong(formatSize(last?.size ?? 0))}, ${plural(points.length, 'commit')} of ${code(branch)} ${since} ${day(points[0])}`;
}

function nameOf({ title, platform }: TrendImage): Phrase {
  return phrase`${code(title)} (${message(platform, 40)})`;
}

/** Dates are UTC. */
function day(point: TrendPoint | TrendJump | undefined): string {
  return point?.time.slice(0, 10) ?? '';
}

const SIDE_COLUMNS = [
  { title: '', align: 'left' },
  { title: '', align: 'right' },
  { title: '', align: 'left' },
  { title: '', align: 'left' },
] as const;

function extremeLines({ points, least, most }: TrendImage, page: Page): readonly string[] {
  const [first, last] = [points[0], points.at(-1)];
  const rows = Object.entries({ first, last, least, most }).flatMap(([name, point]) =>
    point === undefined ? [] : [[cell(name, 'dim'), cell(formatSize(point.size)), ...placeCells(point)]],
  );
  return columnLines(SIDE_COLUMNS, rows, page);
}

/** When it was, and of what. */
function placeCells({ commit, pullRequest, time }: TrendPoint | TrendJump): readonly Cell[] {
  const request: Cell = pullRequest === null ? [] : [{ text: `, #${pullRequest}`, tone: 'none' }];
  return [cell(time.slice(0, 10), 'dim'), [{ text: shortCommit(commit), tone: 'place' }, ...request]];
}

function growthLines({ growth }: TrendImage, page: Page): readonly string[] {
  const rows = GROWTH_DAYS.map(days => {
    const found = growth.find(each => each.days === days);
    const isMore = (found?.bytes ?? 0) > 0;
    return [
      cell(`last ${days} days`, 'dim'),
      found === undefined
        ? cell('not known: the history is younger', 'dim')
        : cell(changeText(found.bytes, found.before), isMore ? 'bad' : found.bytes < 0 ? 'good' : 'none'),
    ];
  });
  return columnLines(
    [
      { title: '', align: 'left' },
      { title: '', align: 'left', flexible: 'end' },
    ],
    rows,
    page,
  );
}

function jumpLines(jumps: readonly TrendJump[], page: Page): readonly string[] {
  const shown = jumps.slice(0, MAX_JUMPS);
  if (shown.length === 0) return [];
  const rows = shown.map(jump => [
    cell(changeText(jump.bytes, jump.size - jump.bytes), jump.bytes > 0 ? 'bad' : 'good'),
    ...placeCells(jump),
  ]);
  return [
    ...phraseLines([strong('Largest changes')], page),
    ...columnLines(SIDE_COLUMNS.slice(1), rows, page),
  ];
}

function overviewLines(images: readonly TrendImage[], page: Page): readonly string[] {
  const rows = images.map(({ title, platform, points, growth }) => {
    const month = growth.find(({ days }) => days === 30);
    const sizes = points.map(({ size }) => size);
    return [
      cell(`${title} (${platform})`, 'code'),
      cell(sparkline(sizes, NARROW), 'place'),
      cell(formatSize(sizes.at(-1) ?? 0)),
      month === undefined ? cell('–', 'dim') : cell(changeText(month.bytes, month.before)),
    ];
  });
  return columnLines(
    [
      { title: 'image', align: 'left', flexible: 'middle' },
      { title: 'over time', align: 'left' },
      { title: 'size', align: 'right' },
      { title: 'last 30 days', align: 'right' },
    ],
    rows,
    page,
  );
}
