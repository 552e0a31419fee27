import { plural } from '../../base/number-text.ts';
import { phrase, place } from '../../base/phrase.ts';
import { clip, MAX_READ, oneLine } from '../../base/untrusted-text.ts';
import { safeUrl } from '../place-url.ts';
import type { Report } from '../report.ts';
import {
  buildSentence,
  countedSteps,
  type ReportBuild,
  stepOutcome,
  warningSentence,
} from '../sentences/build-sentence.ts';
import { codeSpan, escapeText, link, phraseMarkdown } from './markdown-text.ts';
import type { Section } from './section.ts';
import { table } from './section.ts';

/** The cache's story; null when nothing was built. */
export function buildSection(report: Report, max: number): Section | null {
  const { build, context } = report;
  if (!build || countedSteps(build).length === 0) return null;
  const broken = build.cacheBreak ? build.steps[build.cacheBreak.step] : undefined;
  const steps = countedSteps(build);
  const rows = steps
    .slice(0, max)
    .map(step => [
      escapeText(stepOutcome(step)),
      [
        step.instruction ? phraseMarkdown(phrase`${place(step.instruction)}`, context) : '',
        codeSpan(clip(oneLine(step.name.slice(0, MAX_READ)), 90)),
        step === broken ? '← broke here' : '',
      ]
        .filter(part => part !== '')
        .join(' '),
    ]);
  const body = table(
    [
      { title: 'build', align: 'right' },
      { title: 'step', align: 'left' },
    ],
    rows,
  );
  const more = steps.length - rows.length;
  const tail = more > 0 ? `\n\nAnd ${plural(more, 'more step')}.` : '';
  return {
    name: 'Build',
    summary: phrase`Build: ${buildSentence(build, report.findings)}`,
    body: `${body}${tail}`,
    open: false,
  };
}

/** What BuildKit's own checks say; null when they are silent. */
export function warningsSection(report: Report, max: number): Section | null {
  const warnings = report.build?.warnings ?? [];
  if (warnings.length === 0) return null;
  const items = warnings.slice(0, max).map(warning => `- ${warningItem(warning, report)}`);
  const more = warnings.length - items.length;
  if (more > 0) items.push(`- and ${plural(more, 'more warning')}`);
  const summary = phrase`BuildKit's checks: ${plural(warnings.length, 'warning')}`;
  return { name: "BuildKit's checks", summary, body: items.join('\n'), open: false };
}

function warningItem(warning: ReportBuild['warnings'][number], report: Report): string {
  const said = phraseMarkdown(warningSentence(warning), report.context);
  const { url } = warning;
  const address = url === null ? null : safeUrl(url);
  return address === null ? said : `${said} ${link('about', address)}`;
}
