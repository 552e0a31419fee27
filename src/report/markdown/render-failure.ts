import { message, phrase, place } from '../../base/phrase.ts';
import { clip, MAX_READ, visible, withoutCommands } from '../../base/untrusted-text.ts';
import { type Failure, type FailureReport, failureSentence } from '../failure.ts';
import { safeUrl } from '../place-url.ts';
import { escapeText, fenced, link, phraseMarkdown } from './markdown-text.ts';

/** What became of an image, by the code of its error; any other was not weighed. */
const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['build-failed', 'the build failed'],
  ['push-failed', 'the push failed'],
]);

/** Lines, and characters a line, of what a failed step printed. */
const MAX_EXCERPT = 20;
const MAX_LINE = 300;

/** The comment and the job summary on one image that has no report: what happened, where, and the last it printed. */
export function renderFailure({ name, reason, report }: Failure): string {
  const outcome = report ? (OUTCOMES.get(report.error.code) ?? 'not weighed') : 'no report';
  const context = { ...(report?.context ?? NOWHERE), baseline: null };
  const what = message(report ? failureSentence(report) : reason, 1500);
  const parts = [
    `### ${escapeText(`${clip(visible(name.slice(0, MAX_READ)), 160)}:`)} **${outcome}**`,
    `> [!CAUTION]\n> ${phraseMarkdown(what, context)}`,
    ...(report ? [excerptMarkdown(report), footer(report)] : []),
  ];
  return `${parts.filter(part => part !== null).join('\n\n')}\n`;
}

const NOWHERE = { commit: null, repositoryUrl: null, runUrl: null };

/** What the step printed last, below the line of the Dockerfile that it is; null where nothing is known of either. */
function excerptMarkdown({ error: { excerpt, location }, context }: FailureReport): string | null {
  const where = location && phraseMarkdown(phrase`${place(location)}`, { ...context, baseline: null });
  const lines = excerpt.slice(-MAX_EXCERPT).map(outputLine);
  if (lines.length === 0) return where && `See ${where}.`;
  return `The last lines of ${where ?? 'its output'}:\n\n${fenced('text', lines)}`;
}

/** A line as a block of code shows it. Somebody may print the text in a job, so it gives no command either. */
function outputLine(line: string): string {
  const text = line.slice(0, MAX_READ).replaceAll('\t', '  ');
  return withoutCommands(clip(visible(text), MAX_LINE));
}

function footer({ context, tool }: FailureReport): string {
  const url = context.runUrl === null ? null : safeUrl(context.runUrl);
  const version = `deadweight ${escapeText(tool.version.slice(0, 40))}`;
  return `<sub>${url === null ? version : `${link('Run', url)} · ${version}`}</sub>`;
}
