import { formatSize } from '../../base/size.ts';
import { budgetSentence, exceededBudgets } from '../budget-cell.ts';
import { culpritOf } from '../culprit.ts';
import { headlineOf, shownNotices } from '../headline.ts';
import { layersSummary } from '../layer-row.ts';
import { plural } from '../number-text.ts';
import { code, message, type Phrase, phrase, place, strong } from '../phrase.ts';
import type { Report } from '../report.ts';
import { buildSentence, countedSteps } from '../sentences/build-sentence.ts';
import { causeSentence, leadingCauses, smallerCauses } from '../sentences/cause-sentence.ts';
import { findingText, fixesSentence, rankedFindings, savingClause } from '../sentences/finding-sentence.ts';
import { guardLines, terminalText } from './escape.ts';
import { figureLines } from './figures-lines.ts';
import { layerLines } from './layer-lines.ts';
import { listLines } from './list-lines.ts';
import { phraseLines } from './phrase-terminal.ts';
import { type Paint, painter, type Tone } from './style.ts';
import { columnsOf, fitEnd, fitMiddle } from './text-width.ts';
import { wasteLines } from './waste-lines.ts';

export interface TerminalOptions {
  /** Width of the terminal in columns; between 60 and 120 are used. */
  readonly columns: number;
  readonly color: boolean;
}

const MOST_ITEMS = 15;

/** The report for a terminal or a log. No line starts a runner's command, whatever the names in it. */
export function renderTerminal(report: Report, { columns, color }: TerminalOptions): string {
  const width = Math.min(120, Math.max(60, Math.trunc(columns) || 80));
  const paint = painter(color);
  const blocks: readonly (readonly string[])[] = [
    [...headlineLines(report, width, paint), ...causeLines(report, width, paint)],
    figureLines(report, width, paint),
    budgetLines(report, width, paint),
    titled(phrase`${layersSummary(report)}`, layerLines(report, width, paint), width, paint),
    titled(fixesSentence(report), findingLines(report, width, paint), width, paint),
    titled(wasteTitle(report), wasteLines(report, width, paint), width, paint),
    buildLines(report, width, paint),
    noticeLines(report, width, paint),
  ];
  const shown = blocks.filter(lines => lines.length > 0);
  return guardLines(`${shown.map(lines => lines.join('\n')).join('\n\n')}\n`);
}

function titled(title: Phrase, lines: readonly string[], width: number, paint: Paint): readonly string[] {
  if (lines.length === 0) return [];
  return [...phraseLines(title, width, (_tone, text) => paint('strong', text)), ...lines];
}

function headlineLines(report: Report, width: number, paint: Paint): readonly string[] {
  const { title, platform, size, change, verdict, absence } = headlineOf(report);
  const tone = { pass: 'good', warn: 'warn', fail: 'bad' } as const;
  const name = fitMiddle(terminalText(title), Math.floor(width / 2));
  const parts: readonly (readonly [Tone, string])[] = [
    ['title', name],
    ['none', fitEnd(terminalText(platform), width - columnsOf(name) - 3)],
    ['strong', change === null ? size : `${size}, ${change}`],
    ...(verdict === null ? [] : [[tone[report.verdict], verdict] as const]),
  ];
  const first = joined(parts, width, paint);
  return absence === null
    ? first
    : [...first, ...phraseLines(phrase`No comparison: ${absence}.`, width, paint)];
}

/** The parts with dots between them, a new line wherever the next does not fit. */
function joined(parts: readonly (readonly [Tone, string])[], width: number, paint: Paint): readonly string[] {
  const lines: { text: string; width: number }[] = [];
  for (const [tone, text] of parts) {
    const last = lines.at(-1);
    if (last && last.width + 3 + columnsOf(text) <= width) {
      last.text += ` ${paint('dim', '·')} ${paint(tone, text)}`;
      last.width += 3 + columnsOf(text);
    } else lines.push({ text: paint(tone, text), width: columnsOf(text) });
  }
  return lines.map(line => line.text);
}

function causeLines(report: Report, width: number, paint: Paint): readonly string[] {
  const smaller = smallerCauses(report, 4);
  const causes = leadingCauses(report, 4).map(cause => causeSentence(cause, report.image.baseName, 60));
  return listLines(
    [...causes, ...(smaller ? [smaller] : [])].map(content => ({ sign: '•', tone: 'dim', content })),
    width,
    paint,
  );
}

function budgetLines(report: Report, width: number, paint: Paint): readonly string[] {
  const items = exceededBudgets(report).map(budget => {
    const culprit = culpritOf(report, budget);
    const reason = culprit && culprit.kind !== 'growth' ? phrase`: ${culprit.text}` : [];
    const fails = budget.status === 'fail';
    return {
      sign: fails ? '✗' : '!',
      tone: fails ? ('bad' as const) : ('warn' as const),
      content: phrase`${budgetSentence(budget)}${reason}.`,
    };
  });
  return listLines(items, width, paint);
}

function findingLines(report: Report, width: number, paint: Paint): readonly string[] {
  const findings = rankedFindings(report.findings);
  const items = findings.slice(0, MOST_ITEMS).map(finding => {
    const { lead, what, fix } = findingText(finding);
    const remedy = fix ? phrase` — ${fix}` : [];
    return {
      sign: (lead ?? '•').padStart(8),
      tone: 'strong' as const,
      content: phrase`${what}${remedy}${savingClause(finding)}.`,
    };
  });
  const more = findings.length - items.length;
  const lines = listLines(items, width, paint);
  return more > 0 ? [...lines, `  and ${plural(more, 'more finding')}`] : lines;
}

function wasteTitle({ wastedFilesTotal: { paths, bytes } }: Report): Phrase {
  return phrase`Largest waste: ${formatSize(bytes)} in ${plural(paths, 'path')}`;
}

function buildLines(report: Report, width: number, paint: Paint): readonly string[] {
  const { build } = report;
  if (!build) return [];
  const story =
    countedSteps(build).length > 0
      ? phraseLines(phrase`${strong('Build:')} ${buildSentence(build)}`, width, paint)
      : [];
  const warnings = build.warnings.slice(0, MOST_ITEMS).map(warning => {
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

function noticeLines(report: Report, width: number, paint: Paint): readonly string[] {
  const base = report.context.base === null ? [] : [phrase`Base: ${message(report.context.base, 300)}`];
  const notices = shownNotices(report);
  const items = [
    ...base,
    ...notices.slice(0, MOST_ITEMS).map(notice => phrase`Note: ${message(notice.message)}`),
  ];
  const more = notices.length - Math.min(notices.length, MOST_ITEMS);
  const lines = items.flatMap(item => phraseLines(item, width, paint));
  return [...lines, ...(more > 0 ? [`and ${plural(more, 'more notice')}`] : [])];
}
