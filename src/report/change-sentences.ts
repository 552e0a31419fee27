import { message, type Phrase } from '../base/phrase.ts';
import type { Report } from './report.ts';
import { hasSameLayers } from './same-layers.ts';
import { contentSentence } from './sentences/content-sentence.ts';
import { movedSentences } from './sentences/moved-sentence.ts';
import { pullSentence } from './sentences/pull-sentence.ts';
import { settingsSentence } from './sentences/settings-sentence.ts';

/** Below this share of the image changed content of the same size is told with the layers. */
const TINY_SHARE = 0.001;

/** What changed and moves no size, one sentence each: what stands below the rows of changes. */
export function changeSentences(report: Report): readonly Phrase[] {
  const sentences = [
    report.comparison !== null && hasSameLayers(report.comparison) ? settingsSentence(report) : null,
    isContentTelling(report) ? contentSentence(report) : null,
    ...movedSentences(report),
    pullSentence(report),
    leadingNotice(report),
  ];
  return sentences.filter(sentence => sentence !== null);
}

/**
 * That files which no commit holds are not compared, where a reader would take their growth for none: the size did not change, or
 * a budget limits growth. null elsewhere: then it is among the notices.
 */
function leadingNotice(report: Report): Phrase | null {
  const notice = report.notices.find(each => isLeadingNotice(report, each));
  return notice === undefined ? null : message(notice.message);
}

/** Whether a notice stands above all, and not among the others. */
export function isLeadingNotice(
  { comparison, budgets }: Report,
  { code }: Pick<Report['notices'][number], 'code'>,
): boolean {
  if (comparison === null || code !== 'uncommitted-files') return false;
  return comparison.delta.size === 0 || budgets.some(({ name }) => name === 'max-size-increase');
}

/** Whether so much content changed without its size that it is told above all. */
export function isContentTelling({ comparison, image }: Report): boolean {
  return (comparison?.contents?.changed.bytes ?? 0) >= Math.max(1, image.size * TINY_SHARE);
}
