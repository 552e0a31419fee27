import { formatSize, formatSizeDelta, plural } from '../../base/number-text.ts';
import { code, enumerate, type Part, type Phrase, pathCode, phrase } from '../../base/phrase.ts';
import { brief } from '../../base/untrusted-text.ts';
import { fateOf } from '../../compare/package-union.ts';
import type { ReportCause, ReportPackageDelta } from '../report.ts';

const FATES = ['added', 'removed', 'updated', 'kept'] as const;
type Fate = (typeof FATES)[number];

/** ` added vim-runtime 36.1 MB and 4 more packages, 5.0 MB; /var/lib/apt/lists/ +20.1 MB`: what is below a cause. */
export function causeContents(cause: ReportCause): Phrase {
  const parts = namedParts(cause);
  const files = parts.files.map(({ path, bytes }) => phrase`${pathCode(path, 60)} ${formatSizeDelta(bytes)}`);
  const clauses = packageClauses(cause, parts);
  if (clauses.length === 0) return places(cause, files);
  if (files.length > 0) clauses.push({ verb: null, items: files });
  return clauses.flatMap(({ verb, items }, index) => {
    const lead = index > 0 ? '; ' : verb === null ? ': ' : ' ';
    return phrase`${lead}${verb === null ? '' : `${verb} `}${enumerate(items)}`;
  });
}

/** Whether the words leave out something that is worth a row. */
export function leavesOut(cause: ReportCause): boolean {
  const { packages, files } = namedParts(cause);
  const listed = listedParts(cause, Number.POSITIVE_INFINITY);
  const named = packages.length === 0 && isMostlyOne(cause) ? 1 : packages.length + files.length;
  return listed.packages.length + listed.files.length > named;
}

interface Clause {
  /** null where the amounts have signs, which say enough. */
  readonly verb: Fate | null;
  readonly items: Phrase[];
}

/** In the order of their largest packages. */
function packageClauses(cause: ReportCause, { packages }: NamedParts): Clause[] {
  const clauses: Clause[] = [];
  for (const delta of packages) {
    const verb = verbOf(cause, delta);
    const known = clauses.find(clause => clause.verb === verb);
    const name = verb === 'updated' ? packageVersions(delta) : code(delta.name, 40);
    const item = phrase`${name} ${amount(delta.bytes, verb)}`;
    if (known) known.items.push(item);
    else clauses.push({ verb, items: [item] });
  }
  for (const { verb, items } of clauses) items.push(...others(cause, packages, verb));
  return clauses;
}

/** Who goes away with the line that brought it, or stays as it was, is no news: only its bytes are. */
function verbOf({ kind }: ReportCause, delta: ReportPackageDelta): Fate | null {
  const fate = fateOf(delta);
  if (kind === 'instruction-removed' || fate === 'kept') return null;
  const isOdd = (fate === 'added' && delta.bytes < 0) || (fate === 'removed' && delta.bytes > 0);
  return isOdd ? null : fate;
}

/** `4 more packages, 5.0 MB`; nothing when all are named. */
function others(cause: ReportCause, named: readonly ReportPackageDelta[], verb: Fate | null): Phrase[] {
  const all = cause.kind === 'instruction-removed' ? FATES : [verb ?? 'kept'];
  let count = 0;
  let bytes = 0;
  for (const fate of all) {
    const listed = named.filter(delta => fateOf(delta) === fate);
    count += cause.packageTotals[fate].count - listed.length;
    bytes += cause.packageTotals[fate].bytes - listed.reduce((sum, delta) => sum + delta.bytes, 0);
  }
  if (count <= 0) return [];
  const size = bytes === 0 ? '' : `, ${amount(bytes, verb)}`;
  return [phrase`${plural(count, 'more package')}${size}`];
}

function amount(bytes: number, verb: Fate | null): string {
  return verb === 'added' || verb === 'removed' ? formatSize(Math.abs(bytes)) : formatSizeDelta(bytes);
}

/** `34 packages added, 2 updated`; null where there is nothing to tell. */
export function packageCounts({ added, updated, removed }: ReportCause['packageTotals']): string | null {
  const counts = [
    [added.count, 'added'],
    [updated.count, 'updated'],
    [removed.count, 'removed'],
  ] as const;
  const parts = counts
    .filter(([count]) => count > 0)
    .map(([count, what], index) => `${index === 0 ? plural(count, 'package') : count} ${what}`);
  return parts.length === 0 ? null : parts.join(', ');
}

/** The place that moved max, where it is more than half of the cause; else the largest few. */
function places(cause: ReportCause, named: readonly Phrase[]): Phrase {
  const [top] = cause.files;
  if (top === undefined || named.length === 0) return [];
  if (!isMostlyOne(cause)) return phrase`: ${enumerate(named)}`;
  const share = top.bytes === cause.bytes ? 'all of it' : 'mostly';
  return phrase`, ${share} ${pathCode(top.path, 60)}`;
}

function isMostlyOne({ bytes, files: [top] }: ReportCause): boolean {
  return top !== undefined && top.path !== '' && top.bytes * Math.sign(bytes) * 2 >= Math.abs(bytes);
}

const MAX_NAME_LENGTH = 40;
const MAX_VERSION_LENGTH = 24;

/** `vim 2:9.0.1378-2`, `libc6 2.36-9+deb12u9 → 2.36-9+deb12u10`. */
function packageVersions({ name, before, after }: ReportPackageDelta): Part {
  const versions = [before, after === before ? null : after].filter(version => version !== null);
  const shownVersions = versions.map(version => brief(version, MAX_VERSION_LENGTH)).join(' → ');
  return code(`${brief(name, MAX_NAME_LENGTH)} ${shownVersions}`, 100);
}

/** Parts of a cause; largest first. */
export interface NamedParts {
  readonly packages: ReportCause['packages'];
  readonly files: ReportCause['files'];
}

const MAX_PACKAGES = 3;
const MAX_FILES = 3;
/** Beside packages. */
const MAX_FILES_BESIDE_PACKAGES = 2;
/** Below this share of what it stands beside a part is not worth its name. */
const SMALL_SHARE = 0.05;

/** Below this share of the largest part a part is not worth a row of its own. */
const CRUMB_SHARE = 0.01;

/** What a list of a cause's parts has a row for. */
function listedParts({ packages, files }: ReportCause, max: number): NamedParts {
  const whole = Math.max(Math.abs(packages[0]?.bytes ?? 0), Math.abs(files[0]?.bytes ?? 0));
  const min = whole * CRUMB_SHARE;
  return { packages: largest(packages, min, max), files: largest(files, min, max) };
}

/** What a sentence about a cause names: packages where they explain anything, and the directories beside. */
export function namedParts({ bytes, packages, packageTotals, files }: ReportCause): NamedParts {
  const totals = Object.values(packageTotals);
  const packageBytes = Math.max(grossOf(totals), grossOf(packages));
  const whole = Math.max(Math.abs(bytes), packageBytes, grossOf(files));
  const min = Math.abs(packages[0]?.bytes ?? 0) * SMALL_SHARE;
  const named = packageBytes < whole * SMALL_SHARE ? [] : largest(packages, min, MAX_PACKAGES);
  const max = named.length > 0 ? MAX_FILES_BESIDE_PACKAGES : MAX_FILES;
  return { packages: named, files: largest(files, whole * SMALL_SHARE, max) };
}

function largest<T extends { readonly bytes: number }>(parts: readonly T[], min: number, max: number): T[] {
  return parts.filter(({ bytes }) => bytes !== 0 && Math.abs(bytes) >= min).slice(0, max);
}

function grossOf(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + Math.abs(bytes), 0);
}

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
export function causeRows(cause: ReportCause, max: number): readonly CauseRow[] {
  const { packages, files } = listedParts(cause, max);
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
