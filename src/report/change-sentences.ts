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
  const [moved, pull] = [movedSentences(report), pullSentence(report)];
  const sentences = [
    report.comparison !== null && hasSameLayers(report.comparison) ? settingsSentence(report) : null,
    isContentTelling(report) ? contentSentence(report) : null,
    ...(isPulledMore(report) ? [pull, ...moved] : [...moved, pull]),
    leadingNotice(report),
  ];
  return sentences.filter(sentence => sentence !== null);
}

/** Sentences above the rows of changes and below them: what is far more than all that changed is said first. */
export function placedSentences(report: Report): {
  readonly above: readonly Phrase[];
  readonly below: readonly Phrase[];
} {
  const sentences = changeSentences(report);
  const count = isMostlyMoved(report) ? 1 : 0;
  return { above: sentences.slice(0, count), below: sentences.slice(count) };
}

/** A change below this share of what lies elsewhere is not what a reader has to know first. */
const SMALL_SHARE = 0.1;

/** Whether far more lies elsewhere, or is pulled again for nothing, than what a reader would call a change. */
function isMostlyMoved({ comparison }: Report): boolean {
  if (comparison === null) return false;
  const { causes, pull } = comparison;
  const elsewhere = Math.max(movedBytes(comparison), pull?.unchangedSize ?? 0);
  const real = causes.filter(({ kind }) => kind !== 'package-records');
  const changed = real.reduce((sum, { bytes }) => sum + Math.abs(bytes), 0);
  return elsewhere > 0 && changed < elsewhere * SMALL_SHARE;
}

/** Whether more is pulled again for nothing than lies elsewhere. */
function isPulledMore({ comparison }: Report): boolean {
  if (comparison === null) return false;
  return (comparison.pull?.unchangedSize ?? 0) > movedBytes(comparison);
}

function movedBytes({ moved }: NonNullable<Report['comparison']>): number {
  return moved.reduce((sum, { bytes }) => sum + bytes, 0);
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
