import { plural } from '../base/number-text.ts';
import { type Phrase, pathCode, phrase } from '../base/phrase.ts';
import { brief } from '../base/untrusted-text.ts';
import type { ReportCause, ReportPackageDelta } from './report.ts';
import { listedParts } from './sentences/named-parts.ts';
import { packageVersions } from './sentences/package-versions.ts';

/** A part of a cause: a package, a directory, or what is left. */
export interface CauseRow {
  readonly what: Phrase;
  /** Signed. */
  readonly bytes: number;
}

/**
 * The parts of a cause, which add up to it: packages first, then directories.
 * @param most of each that are named
 */
export function causeRows(cause: ReportCause, most: number): readonly CauseRow[] {
  const { packages, files } = listedParts(cause, most);
  const totals = Object.values(cause.packageTotals);
  const unnamed = totals.reduce((sum, { count }) => sum + count, 0) - packages.length;
  const packageBytes = sumOf(totals) - sumOf(packages);
  const rest = cause.bytes - sumOf(totals) - sumOf(files);
  return [
    ...packages.map(delta => ({ what: packagePhrase(delta), bytes: delta.bytes })),
    ...(unnamed > 0 ? [{ what: phrase`${plural(unnamed, 'more package')}`, bytes: packageBytes }] : []),
    ...files.map(({ path, bytes }) => ({ what: phrase`${pathCode(path)}`, bytes })),
    ...(rest !== 0 ? [{ what: phrase`other files`, bytes: rest }] : []),
  ];
}

/** `deb vim 2:9.0.1378-2, new`. */
function packagePhrase(delta: ReportPackageDelta): Phrase {
  const { type, before, after } = delta;
  const fate = before === null ? ', new' : after === null ? ', removed' : '';
  return phrase`${brief(type, 12)} ${packageVersions(delta)}${fate}`;
}

function sumOf(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
