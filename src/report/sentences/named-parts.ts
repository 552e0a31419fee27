import type { ReportCause } from '../report.ts';

/** Parts of a cause; largest first. */
export interface NamedParts {
  readonly packages: ReportCause['packages'];
  readonly files: ReportCause['files'];
}

const MOST_PACKAGES = 3;
const MOST_FILES = 3;
/** Beside packages. */
const MOST_FILES_BESIDE = 2;
/** Below this share of what it stands beside a part is not worth its name. */
const SMALL_SHARE = 0.05;

/** Below this share of the largest part a part is not worth a row of its own. */
const CRUMB_SHARE = 0.01;

/** What a list of a cause's parts has a row for. */
export function listedParts({ packages, files }: ReportCause, most: number): NamedParts {
  const whole = Math.max(Math.abs(packages[0]?.bytes ?? 0), Math.abs(files[0]?.bytes ?? 0));
  const least = whole * CRUMB_SHARE;
  return { packages: largest(packages, least, most), files: largest(files, least, most) };
}

/** What a sentence about a cause names: packages where they explain anything, and the directories beside. */
export function namedParts({ bytes, packages, packageTotals, files }: ReportCause): NamedParts {
  const totals = Object.values(packageTotals);
  const packageBytes = Math.max(grossOf(totals), grossOf(packages));
  const whole = Math.max(Math.abs(bytes), packageBytes, grossOf(files));
  const least = Math.abs(packages[0]?.bytes ?? 0) * SMALL_SHARE;
  const named = packageBytes < whole * SMALL_SHARE ? [] : largest(packages, least, MOST_PACKAGES);
  const most = named.length > 0 ? MOST_FILES_BESIDE : MOST_FILES;
  return { packages: named, files: largest(files, whole * SMALL_SHARE, most) };
}

function largest<T extends { readonly bytes: number }>(
  parts: readonly T[],
  least: number,
  most: number,
): T[] {
  return parts.filter(({ bytes }) => bytes !== 0 && Math.abs(bytes) >= least).slice(0, most);
}

function grossOf(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + Math.abs(bytes), 0);
}
