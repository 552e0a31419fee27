import type { Phrase } from '../base/phrase.ts';
import type { Report } from './report.ts';
import { contentSentence } from './sentences/content-sentence.ts';
import { movedSentences } from './sentences/moved-sentence.ts';
import { pullSentence } from './sentences/pull-sentence.ts';

/** Below this share of the image changed content of the same size is told with the layers. */
const TINY_SHARE = 0.001;

/** What changed and moves no size, one sentence each: what stands below the rows of changes. */
export function changeSentences(report: Report): readonly Phrase[] {
  const sentences = [
    isContentTelling(report) ? contentSentence(report) : null,
    ...movedSentences(report),
    pullSentence(report),
  ];
  return sentences.filter(sentence => sentence !== null);
}

/** Whether so much content changed without its size that it is told above all. */
export function isContentTelling({ comparison, image }: Report): boolean {
  return (comparison?.contents?.changed.bytes ?? 0) >= Math.max(1, image.size * TINY_SHARE);
}
