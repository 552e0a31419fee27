import { formatSize, formatSizeDelta } from '../../base/number-text.ts';
import { type Phrase, phrase, strong } from '../../base/phrase.ts';
import { isUnchecked } from '../../budget/budget-result.ts';
import { budgetSentence, exceededBudgets, isHeld, missedSentence } from '../budget-cell.ts';
import { causeRows } from '../cause-rows.ts';
import { changeSentences } from '../change-sentences.ts';
import { changeText, headlineOf } from '../headline.ts';
import type { Report } from '../report.ts';
import { nameOf } from '../report-order.ts';
import type { Space } from './document.ts';
import { escapeText, fromTo, phraseMarkdown } from './markdown-text.ts';
import { table } from './section.ts';

/** An image, or those of its platforms of which the same is to be said. */
export interface ImageRow {
  readonly name: string;
  readonly report: Report;
  /** Markdown, by column. */
  readonly cells: readonly string[];
  /** Which budgets are exceeded, and what changed most; empty where there is nothing to say. */
  readonly sentence: string;
}

/** The rows of reports, in their order; platforms of one image share a row where it is the same for all. */
export function imageRows(
  reports: readonly Report[],
  names: ReadonlyMap<Report, string>,
): readonly ImageRow[] {
  const rows = reports.map(report => {
    const name = names.get(report) ?? '';
    const figures = [sizesCell(report), escapeText(deltaText(report))];
    const sentence = sentenceOf(report);
    // A name with more than the platform tells two images apart.
    const image = name === nameOf(report) ? headlineOf(report).title : report.key;
    const key = JSON.stringify([image, symbolOf(report), ...figures, sentence]);
    return { key, name, report, figures, sentence };
  });
  return [...Map.groupBy(rows, ({ key }) => key).values()].flatMap(group => {
    const [first] = group;
    if (first === undefined) return [];
    const { report, figures, sentence } = first;
    const platforms = group.map(row => headlineOf(row.report).platform);
    const name = group.length === 1 ? first.name : `${headlineOf(report).title} · ${platforms.join(', ')}`;
    const cells = [[symbolOf(report), escapeText(name)].filter(part => part !== '').join(' '), ...figures];
    return [{ name, report, cells, sentence }];
  });
}

/** The table of images, as many as there is room for; null when there are none. */
export function combinedTable(rows: readonly ImageRow[], { room, length }: Space): string | null {
  if (rows.length === 0) return null;
  const shown = takeWhileRoom(rows, { room, length }, ({ cells }) => `| ${cells.join(' | ')} |\n`);
  const isCompared = rows.some(({ report }) => report.comparison !== null);
  const columns = [
    { title: 'image', align: 'left' },
    { title: isCompared ? 'base → this' : 'this', align: 'right' },
    { title: 'Δ', align: 'right' },
  ] as const;
  const body = table(
    isCompared ? columns : columns.slice(0, 2),
    shown.map(({ cells }) => cells),
  );
  const rest = rows.length - shown.length;
  return `${body}${rest > 0 ? `\n\nAnd ${rest} more.` : ''}`;
}

/** What is to be said of images, below their table; null where there is nothing, or no room. */
export function combinedSentences(rows: readonly ImageRow[], space: Space): string | null {
  const items = rows
    .filter(({ sentence }) => sentence !== '')
    .map(({ name, sentence }) => `- **${escapeText(name)}**: ${sentence}`);
  const shown = takeWhileRoom(items, space, item => `${item}\n`);
  return shown.length === 0 ? null : shown.join('\n');
}

function takeWhileRoom<T>(
  items: readonly T[],
  { room, length }: Space,
  textOf: (item: T) => string,
): readonly T[] {
  let used = 0;
  const end = items.findIndex(item => {
    used += length(textOf(item));
    return used > room;
  });
  return end < 0 ? items : items.slice(0, end);
}

function symbolOf({ verdict, budgets }: Report): string {
  if (verdict === 'fail') return '❌';
  if (verdict === 'warn') return '⚠️';
  if (budgets.some(isUnchecked)) return '⚠️';
  return budgets.some(isHeld) ? '✅' : '';
}

function sizesCell({ comparison, image }: Report): string {
  const size = formatSize(image.size);
  return comparison && comparison.delta.size !== 0
    ? fromTo(formatSize(comparison.baseline.size), size)
    : size;
}

function deltaText({ comparison }: Report): string {
  if (!comparison) return 'not compared';
  const { delta, baseline: base } = comparison;
  return delta.size === 0 ? '=' : changeText(delta.size, base.size);
}

const MAX_BUDGETS = 3;

/** Markdown. */
function sentenceOf(report: Report): string {
  const exceeded = exceededBudgets(report);
  const missed = missedSentence(report);
  const { absence } = headlineOf(report);
  const more = exceeded.length - MAX_BUDGETS;
  const parts: readonly (Phrase | null)[] = [
    ...exceeded.slice(0, MAX_BUDGETS).map(budget => phrase`${budgetSentence(budget)}`),
    more > 0 ? phrase`${more} more budgets are exceeded` : null,
    missed === null ? null : phrase`${missed}`,
    absence === null ? null : phrase`No comparison: ${absence}`,
    mainChange(report),
  ];
  const shown = parts.filter(part => part !== null);
  return shown.map(part => phraseMarkdown(part, report.context)).join('. ');
}

/** `+35.1 MB /opt/llvm-19/, 10 files added, Dockerfile:4 RUN …`; null where nothing changed. */
function mainChange(report: Report): Phrase | null {
  const [row] = causeRows(report, { max: 1, title: 40 });
  if (row === undefined) return changeSentences(report)[0] ?? null;
  const where = row.where.length === 0 ? [] : phrase`, ${row.where}`;
  return phrase`${strong(formatSizeDelta(row.bytes))} ${row.what}${where}`;
}
