import type { Report } from '../report.ts';
import { squashPlace } from '../report-squash.ts';
import { squashSentence } from '../sentences/squash-sentence.ts';
import { squashedSentence } from '../sentences/squashed-sentence.ts';
import { squashCommand } from '../squash-command.ts';
import { codeSpan, phraseMarkdown } from './markdown-text.ts';

/** Which layers are worth merging, and how, as the last lines of a section; empty where it is to be said elsewhere. */
export function squashMarkdown(report: Report, where: 'waste' | 'layers'): string {
  const { squash, context } = report;
  if (!squash || squashPlace(report) !== where) return '';
  const command = codeSpan(squashCommand(squash).join(' '));
  return `\n\n${phraseMarkdown(squashSentence(report, squash), context)}: ${command}.`;
}

/** What merging layers made of the image; null where none were merged. */
export function squashedMarkdown(report: Report): string | null {
  const sentence = squashedSentence(report);
  return sentence && phraseMarkdown(sentence, report.context);
}
