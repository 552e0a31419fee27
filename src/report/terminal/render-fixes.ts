import { formatSize, plural } from '../../base/number-text.ts';
import { code, enumerate, message, type Phrase, phrase, placeAside, strong } from '../../base/phrase.ts';
import { safeText, withoutCommands } from '../../base/untrusted-text.ts';
import type { FixReport, ReportedFix } from '../fix-report.ts';
import { ignoredSentence } from '../ignored-findings.ts';
import { editsPhrase } from '../sentences/edit-phrase.ts';
import { findingLine, findingSentence, ruleAside } from '../sentences/finding-line.ts';
import { BY_HAND, noEditAside } from '../sentences/unmade-phrase.ts';
import { makePage, type Page, type TerminalOptions } from './page.ts';
import { listLines, noticeLines, phraseLines } from './phrase-terminal.ts';
import type { Paint } from './style.ts';
import { unmadeCounts, unmadeLines } from './unmade-fixes.ts';

type Saving = ReportedFix['predicted'];

/** What `deadweight fix` did: each fix with its saving, those that were not made, all together, and the diff. */
export function renderFixes(report: FixReport, options: TerminalOptions): string {
  const page = makePage(options, report.dockerfile);
  const { fixes } = report;
  const kept = fixes.filter(({ outcome }) => outcome !== 'dropped');
  const lines = (content: Phrase): readonly string[] => phraseLines(content, page);
  const blocks: readonly (readonly string[])[] = [
    lines(headline(report, kept.length)),
    listLines(
      kept.map((fix, index) => ({ sign: `${index + 1}.`, tone: 'strong', content: keptPhrase(fix, report) })),
      page,
    ),
    unmadeLines(report, page),
    leftLines(report, page),
    lines(ignoredSentence(report) ?? []),
    report.all === null ? [] : lines(phrase`All: ${savings(report.all)}`),
    report.files.flatMap(({ diff }) => diffLines(diff, page.paint)),
    report.notices.flatMap(notice => noticeLines(phrase`Note: ${message(notice.message)}`, page)),
    lines(ending(report)),
  ];
  const shown = blocks.filter(block => block.length > 0);
  return withoutCommands(`${shown.map(block => block.join('\n')).join('\n\n')}\n`);
}

/** What is told in full of what only people can mend; the others are named. */
const MAX_LEFT = 8;
const MAX_NAMED = 12;

function leftLines(report: FixReport, page: Page): readonly string[] {
  const { left = [], leftBecause = [], counted = [], others = [] } = report;
  const items = left.slice(0, MAX_LEFT).map((finding, index) => {
    const why = noEditAside(leftBecause[index] ?? null);
    const content = phrase`${BY_HAND}: ${findingLine(finding)}${ruleAside(finding)}${why}`;
    return { sign: '·', tone: 'strong', content } as const;
  });
  return [
    ...listLines(items, page),
    ...namedLine('less', left.slice(MAX_LEFT), page),
    ...namedLine('all counted above', counted, page),
    ...namedLine('without a saving', others, page),
  ];
}

/** `· less: pip-cache (:4) and log-files (:9)`; nothing where there is none. */
function namedLine(lead: string, findings: readonly ReportedFinding[], page: Page): readonly string[] {
  if (findings.length === 0) return [];
  const named = findings.slice(0, MAX_NAMED).map(({ rule, location, saving }) => {
    const bytes = saving === null ? '' : `${formatSize(saving.bytes)} `;
    return phrase`${bytes}${code(rule, 60)}${placeAside(location)}`;
  });
  const more = findings.length - named.length;
  const all = enumerate(more > 0 ? [...named, phrase`${more} more`] : named);
  return listLines([{ sign: '·', tone: 'strong', content: phrase`${lead}: ${all}` }], page);
}

type ReportedFinding = NonNullable<FixReport['left']>[number];

/** One fix to decide on: what it does and saves, and its diff. */
export function renderOffer(
  fix: ReportedFix,
  diff: string,
  {
    index,
    count,
    dockerfile,
  }: { readonly index: number; readonly count: number; readonly dockerfile: string },
  options: TerminalOptions,
): string {
  const page = makePage(options, dockerfile);
  const words = phrase`${editsPhrase(fix.edits, dockerfile)}: ${savings(fix)}. ${mended(fix)}`;
  const title = phraseLines(phrase`Fix ${index + 1} of ${count}: ${words}`, page);
  return withoutCommands(`${[...title, ...diffLines(diff, page.paint)].join('\n')}\n`);
}

function headline(report: FixReport, kept: number): Phrase {
  const { title, platform, dockerfile, fixes } = report;
  if (fixes.length === 0)
    return phrase`${message(title, 60)} · ${message(platform, 40)}: nothing that can be fixed safely.`;
  return phrase`${message(title, 60)} · ${message(platform, 40)} · ${message(dockerfile, 400)}: ${plural(kept, 'fix', 'fixes')}${unmadeCounts(report)}`;
}

function keptPhrase(fix: ReportedFix, { dockerfile }: FixReport): Phrase {
  return phrase`${editsPhrase(fix.edits, dockerfile)}: ${savings(fix)}${added(fix)}. ${mended(fix)}`;
}

/** What fixes above it free as well is said once. */
function added({ predicted, addedBytes = predicted.bytes }: ReportedFix): string {
  return addedBytes < predicted.bytes ? `, ${formatSize(addedBytes)} of it not saved above` : '';
}

/** The first thing that it mends, and how many more. */
function mended({ findings: [first, ...rest] }: ReportedFix): Phrase {
  if (first === undefined) return [];
  const more = rest.length === 0 ? '' : ` (and ${plural(rest.length, 'more finding')})`;
  return phrase`${findingSentence(first)}${more}.`;
}

function savings({ predicted, measured }: Pick<ReportedFix, 'predicted' | 'measured'>): Phrase {
  const prediction = phrase`predicted ${sizes(predicted)}`;
  return measured === null ? prediction : phrase`${prediction}, measured ${sizes(measured)}`;
}

function sizes({ bytes, compressedBytes }: Saving): Phrase {
  const compressed = compressedBytes === null ? '' : ` (${formatSize(compressedBytes)} compressed)`;
  return phrase`${strong(formatSize(bytes))}${compressed}`;
}

/** Lines of a diff are kept as they are, but for what would command a terminal. */
function diffLines(diff: string, paint: Paint): readonly string[] {
  return diff
    .replace(/\n$/, '')
    .split('\n')
    .map(line => {
      const shown = safeText(line, 'diff');
      if (line.startsWith('+')) return paint('good', shown);
      return line.startsWith('-') ? paint('bad', shown) : shown;
    });
}

function ending({ files, fixes }: FixReport): Phrase {
  if (fixes.length === 0) return [];
  const written = files.filter(file => file.written).map(({ path }) => path);
  if (written.length === 0) return phrase`Nothing was written.`;
  return phrase`Written: ${message(written.join(', '), 200)}.`;
}
