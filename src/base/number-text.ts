const MINUS = '−';

/** Bytes per unit. `MB` is decimal and `MiB` binary, as the SI and IEC say. A bare number is bytes. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 2 ** 10,
  m: 1e6,
  mb: 1e6,
  mib: 2 ** 20,
  g: 1e9,
  gb: 1e9,
  gib: 2 ** 30,
  t: 1e12,
  tb: 1e12,
  tib: 2 ** 40,
};

/** Reads `250MB`, `250MiB`, `1.5 GB`, `1024`. Returns bytes, or null when it is no size. */
export function parseSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)$/i.exec(text.trim());
  if (!match) return null;
  const unit = UNITS[(match[2] ?? '').toLowerCase()];
  if (unit === undefined) return null;
  const bytes = Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `0 B`, `999 B`, `1.5 kB`, `12.4 MB`: decimal units, one decimal, as `docker` and registries show them. */
export function formatSize(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  while (unit < DECIMAL.length - 1 && Number(value.toFixed(unit === 0 ? 0 : 1)) >= 1000) {
    value /= 1000;
    unit += 1;
  }
  const sign = bytes < 0 ? MINUS : '';
  return `${sign}${unit === 0 ? String(value) : value.toFixed(1)} ${DECIMAL[unit] ?? 'B'}`;
}

/** `398.1 → 410.5 MB`, `980.0 kB → 1.2 MB`, `4.1 MB`: the unit once where both have it, and the size where they look alike. */
export function formatSizes(before: number, after: number): string {
  const [from, to] = [formatSize(before), formatSize(after)];
  if (from === to) return to;
  const unit = from.slice(from.indexOf(' '));
  return to.endsWith(unit) ? `${from.slice(0, -unit.length)} → ${to}` : `${from} → ${to}`;
}

/** A difference of sizes, its sign always shown: `+12.4 MB`, `−3 B`, `±0 B`. */
export function formatSizeDelta(bytes: number): string {
  if (bytes === 0) return '±0 B';
  return bytes > 0 ? `+${formatSize(bytes)}` : formatSize(bytes);
}

/** `450 MB`, `1.5 GB`: a size without an idle decimal. */
export function formatSizeLimit(bytes: number): string {
  return formatSize(bytes).replace('.0 ', ' ');
}

/** A number as the JSON report holds it. */
type ReportNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** JSON has no NaN and no Infinity: they become strings. */
export function toReportNumber(value: number): ReportNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

export function fromReportNumber(value: ReportNumber): number {
  return Number(value);
}

function formatFixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text;
}

/** `93.0 %` of 0.93. */
export function formatRatio(ratio: number, decimals = 1): string {
  if (Number.isNaN(ratio)) return 'undefined';
  return Number.isFinite(ratio) ? `${formatFixed(ratio * 100, decimals)} %` : `${ratio < 0 ? MINUS : ''}∞ %`;
}

/** `95 %` of 0.95, `97.5 %` of 0.975: as people write limits. */
export function formatRatioLimit(ratio: number): string {
  return `${String(Number((ratio * 100).toFixed(4))).replace('-', MINUS)} %`;
}

/** The difference of two ratios in percentage points: `−4.1 pt`. */
export function formatPoints(difference: number): string {
  const text = `${formatFixed(difference * 100, 1)} pt`;
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
  return `${percent > 0 ? '+' : ''}${formatFixed(percent, Math.abs(percent) >= 1000 ? 0 : 1)} %`;
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

/** `1,204`, of a whole number. By hand: `toLocaleString` loads the numbers of all languages first, which takes 5 ms. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 layer`, `1,204 files`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
