import { formatSize, plural } from '../../base/number-text.ts';
import { code, enumerate, message, type Phrase, phrase, strong } from '../../base/phrase.ts';
import { withoutCommands } from '../../base/untrusted-text.ts';
import { instructionTitle, UNKNOWN_TITLE } from '../layer-name.ts';
import type { SharedReport } from '../shared-report.ts';
import { cell } from './cell.ts';
import { columnLines, type TerminalColumn } from './columns.ts';
import { makePage, type Page, type TerminalOptions } from './page.ts';
import { listLines, noticeLines, phraseLines } from './phrase-terminal.ts';

/** Rows of each list. */
const MAX_ROWS = 12;
/** Packages that are named. */
const MAX_PACKAGES = 5;
/** Characters of an instruction. */
const MAX_TITLE = 80;

/** What images share, what they could share, and what all of them take up. */
export function renderShared(report: SharedReport, options: TerminalOptions): string {
  const page = makePage(options, null);
  const blocks = [
    phraseLines(headline(report), page),
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

function headline({ images, size, machineSize, registrySize }: SharedReport): Phrase {
  const saved = size - machineSize;
  const registry =
    registrySize === null ? '' : ` A registry keeps ${formatSize(registrySize)} compressed bytes of them.`;
  const shared = saved === 0 ? 'they share no layer' : `sharing saves ${formatSize(saved)}`;
  return phrase`${strong(`${plural(images.length, 'image')} of ${formatSize(size)} take up ${formatSize(machineSize)} on one machine`)}: ${shared}.${registry}`;
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

function sharedPhrase(
  { images, first, last, size, createdBy }: SharedReport['shared'][number],
  report: SharedReport,
): Phrase {
  const title = instructionTitle({ instruction: null, createdBy }, MAX_TITLE);
  const one = title === UNKNOWN_TITLE ? [] : phrase` (${code(title)})`;
  const several = title === UNKNOWN_TITLE ? [] : phrase` (the last is ${code(title)})`;
  const layers = first === last ? phrase`layer ${first}${one}` : phrase`layers ${first} to ${last}${several}`;
  return phrase`${strong(formatSize(size))}: ${layers} of ${namesOf(images, report)}`;
}

function misplacedPhrase(
  { places, saving, createdBy }: SharedReport['misplaced'][number],
  report: SharedReport,
): Phrase {
  const where = places.map(
    ({ image, layer }) => phrase`layer ${layer} of ${code(nameOf(image, report), 60)}`,
  );
  return phrase`${titleOf(createdBy)}: ${enumerate(where)}. On the same layers it would save ${strong(formatSize(saving))}`;
}

function namesOf(images: readonly number[], report: SharedReport): Phrase {
  if (images.length === report.images.length) return phrase`all of them`;
  return enumerate(images.map(image => [code(nameOf(image, report), 60)]));
}

function nameOf(image: number, { images }: SharedReport): string {
  return images[image]?.name ?? '';
}

function titleOf(createdBy: string): Phrase {
  return phrase`${code(instructionTitle({ instruction: null, createdBy }, MAX_TITLE))}`;
}

function repeatedPhrase({ count, bytes, packages }: SharedReport['repeated']): Phrase {
  const named = packages.slice(0, MAX_PACKAGES).map(({ name, version, bytes: size }) => {
    return phrase`${code(`${name} ${version}`, 60)} (${formatSize(size)})`;
  });
  const most = named.length === 0 ? phrase`.` : phrase`, most of them of ${enumerate(named)}.`;
  return phrase`${strong(formatSize(bytes))} of files with the same path and size (${plural(count, 'file')}) are in different layers${most} Where their contents are the same, too, a base image that has them would keep them once.`;
}
