import { formatSize } from './size.ts';

/** A number as the JSON report holds it. */
export type ReportNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** JSON has no NaN and no Infinity: they become strings. */
export function toReportNumber(value: number): ReportNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

export function fromReportNumber(value: ReportNumber): number {
  return Number(value);
}

const MINUS = '−';

function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text;
}

/** `93.0 %` of 0.93. */
export function formatRatio(ratio: number, decimals = 1): string {
  if (Number.isNaN(ratio)) return 'undefined';
  return Number.isFinite(ratio) ? `${fixed(ratio * 100, decimals)} %` : `${ratio < 0 ? MINUS : ''}∞ %`;
}

/** `95 %` of 0.95, `97.5 %` of 0.975: as people write limits. */
export function formatRatioLimit(ratio: number): string {
  return `${String(Number((ratio * 100).toFixed(4))).replace('-', MINUS)} %`;
}

/** `450 MB`, `1.5 GB`: a size without an idle decimal. */
export function formatSizeLimit(bytes: number): string {
  return formatSize(bytes).replace('.0 ', ' ');
}

/** The difference of two ratios in percentage points: `−4.1 pt`. */
export function formatPoints(difference: number): string {
  const text = `${fixed(difference * 100, 1)} pt`;
  if (Number(Math.abs(difference * 100).toFixed(1)) === 0) return '±0.0 pt';
  return difference > 0 ? `+${text}` : text;
}

/** `+3`, `−1`, `±0`. */
export function formatCountDelta(difference: number): string {
  if (difference === 0) return '±0';
  return difference > 0 ? `+${difference}` : `${MINUS}${-difference}`;
}

/** The relative change with its sign, `+3.1 %`; null where there is nothing to relate it to. */
export function formatGrowth(delta: number, base: number): string | null {
  if (base <= 0) return null;
  const percent = (delta / base) * 100;
  if (Math.abs(percent) < 0.05) return percent < 0 ? '−<0.1 %' : '+<0.1 %';
  return `${percent > 0 ? '+' : ''}${fixed(percent, Math.abs(percent) >= 1000 ? 0 : 1)} %`;
}

/** `0.3 s`, `41 s`, `3 min 5 s`, `1 h 2 min`, of milliseconds. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `1 layer`, `1,204 files`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
