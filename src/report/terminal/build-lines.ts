import { plural } from '../../base/number-text.ts';
import { code, message, phrase, place, strong } from '../../base/phrase.ts';
import type { Report } from '../report.ts';
import { buildSentence, countedSteps } from '../sentences/build-sentence.ts';
import { listLines } from './list-lines.ts';
import { phraseLines } from './phrase-terminal.ts';
import type { Paint } from './style.ts';

const MOST_ITEMS = 15;

/** The cache's story and BuildKit's own warnings; empty when nothing was built. */
export function buildLines(report: Report, width: number, paint: Paint): readonly string[] {
  const { build } = report;
  if (!build) return [];
  const story =
    countedSteps(build).length > 0
      ? phraseLines(phrase`${strong('Build:')} ${buildSentence(build, report.findings)}`, width, paint)
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
