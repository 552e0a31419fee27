import { formatGrowth, formatSize, formatSizeDelta, formatSizes, plural } from '../base/number-text.ts';
import { formatPlatform } from '../base/platform.ts';
import { brief, briefLine, clip, MAX_READ, oneLine, visible } from '../base/untrusted-text.ts';
import { isUnchecked } from '../budget/budget-result.ts';
import { exceededBudgets, isWithinBudget, missedSentence } from './budget-cell.ts';
import { isLeadingNotice } from './change-sentences.ts';
import { failingFindings } from './failing-findings.ts';
import type { Report } from './report.ts';
import { hasSameFiles, hasSameLayers } from './same-layers.ts';
import { isWaived } from './waiver.ts';

/** What a reader should know after the first line. */
export interface Headline {
  readonly title: string;
  readonly platform: string;
  /** `410.5 MB`. */
  readonly size: string;
  /** `398.1 → 410.5 MB`; null where nothing is compared, or the size did not change. */
  readonly sizes: string | null;
  /** `+12.4 MB (+3.1 %)`, `size unchanged`, `size and files unchanged`, or `unchanged` where all layers are the same; null without a comparison. */
  readonly change: string | null;
  /** `60 layers more`, `2 layers fewer`; null where there are as many, one more or one fewer. */
  readonly layers: string | null;
  /** `1 budget exceeded`, `1 budget not checked`, `within budget`; null without budgets. */
  readonly verdict: string | null;
  /** Why there is no comparison, without its full stop; null when there is one, or when none was asked for. */
  readonly absence: string | null;
}

export function headlineOf(report: Report): Headline {
  const { comparison, comparisonAbsence, image } = report;
  return {
    title: briefLine(report.title, 100),
    platform: brief(formatPlatform(image.platform), 60),
    size: formatSize(image.size),
    sizes: comparison?.delta.size ? formatSizes(comparison.baseline.size, image.size) : null,
    change: comparison ? changeOf(comparison) : null,
    layers: comparison ? layersText(comparison.delta.layerCount) : null,
    verdict: verdictText(report),
    absence: comparison || !comparisonAbsence ? null : firstSentence(comparisonAbsence.message),
  };
}

function changeOf(comparison: NonNullable<Report['comparison']>): string {
  if (hasSameLayers(comparison)) return 'unchanged';
  if (hasSameFiles(comparison)) return 'size and files unchanged';
  return changeText(comparison.delta.size, comparison.baseline.size);
}

/** `+12.4 MB (+3.1 %)`. */
export function changeText(delta: number, base: number): string {
  if (delta === 0) return 'size unchanged';
  const growth = formatGrowth(delta, base);
  return growth === null ? formatSizeDelta(delta) : `${formatSizeDelta(delta)} (${growth})`;
}

/** One layer more or fewer is in the table, as it is in most changes. */
function layersText(delta: number): string | null {
  if (Math.abs(delta) < 2) return null;
  return `${plural(Math.abs(delta), 'layer')} ${delta > 0 ? 'more' : 'fewer'}`;
}

function verdictText(report: Report): string | null {
  const exceeded = exceededBudgets(report);
  const failed = exceeded.filter(budget => budget.level === 'fail').length;
  const warned = exceeded.length - failed;
  const unchecked = report.budgets.filter(isUnchecked).length;
  const failing = failingFindings(report).length;
  const parts = [
    failing > 0 ? `failed by ${plural(failing, 'finding')}${isWaived(report) ? ' (waived)' : ''}` : null,
    failed > 0 ? `${plural(failed, 'budget')} exceeded${isWaived(report) ? ' (waived)' : ''}` : null,
    warned > 0 ? `${plural(warned, 'warning level')} exceeded` : null,
    unchecked > 0
      ? `${plural(unchecked, 'budget')} not checked${missedSentence(report) === null ? '' : ' (failed)'}`
      : null,
  ].filter(part => part !== null);
  if (parts.length > 0) return parts.join(', ');
  return isWithinBudget(report) ? 'within budget' : null;
}

function firstSentence(message: string): string {
  const text = visible(oneLine(message.slice(0, MAX_READ))).replace(/^There is no comparison: /, '');
  const sentence = clip(text.replace(/\. .*$/, '').replace(/\.$/, ''), 200);
  return /^[A-Z][a-z ]/.test(sentence) ? `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : sentence;
}

/** The notices, and why there is no comparison where the headline could not say all of it. */
export function shownNotices(report: Report): Report['notices'] {
  const { comparison, comparisonAbsence } = report;
  const notices = report.notices.filter(notice => !isLeadingNotice(report, notice));
  const isLong = comparisonAbsence !== null && /\. \S/.test(comparisonAbsence.message);
  return !comparison && isLong ? [comparisonAbsence, ...notices] : notices;
}

/** How the base was chosen, as a reader meets it; null when nothing was compared or nobody says. */
export function baseText({ context }: Report): string | null {
  if (context.baseline === null) return null;
  const text = context.baseline.slice(0, MAX_READ);
  return /^(?:The base|Base)\b/.test(text) ? text : `Base: ${text}`;
}
