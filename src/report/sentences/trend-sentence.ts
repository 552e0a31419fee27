import { formatGrowth, formatSize } from '../../base/number-text.ts';
import { code, type Phrase, phrase } from '../../base/phrase.ts';
import type { Report } from '../report.ts';

/** Less says little of where a branch is going. */
const MIN_POINTS = 4;
const MIN_BYTES = 1_000_000;
const MIN_SHARE = 0.02;
/** The window that is told; of a younger history a shorter one. Days. */
const WINDOWS = [30, 7] as const;

/** `main` has grown 41.0 MB (+10.3 %) in 30 days; null where it has not, or not much. */
export function trendSentence({ trend }: Report): Phrase | null {
  if (!trend || trend.pointCount < MIN_POINTS) return null;
  const found = WINDOWS.flatMap(days => trend.growth.find(each => each.days === days) ?? [])[0];
  if (found === undefined) return null;
  const { bytes, before, days } = found;
  if (bytes < MIN_BYTES || bytes < before * MIN_SHARE) return null;
  const growth = formatGrowth(bytes, before);
  return phrase`${code(trend.branch, 60)} has grown ${formatSize(bytes)}${growth === null ? '' : ` (${growth})`} in ${days} days.`;
}
