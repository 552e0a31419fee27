import { plural } from '../base/number-text.ts';
import { code, enumerate, type Phrase, pathCode, phrase } from '../base/phrase.ts';
import type { Report, ReportCause } from './report.ts';
import { causeContent } from './sentences/cause-content.ts';
import { causePlace } from './sentences/cause-place.ts';
import { sharedDirectory } from './shared-directory.ts';

/** A line of what changed. */
export interface CauseRow {
  /** Signed. */
  readonly bytes: number;
  readonly what: Phrase;
  /** Empty where no one place tells it. */
  readonly where: Phrase;
  /** Of the head, that hold it; empty where none does, and of a row of many causes. */
  readonly layers: readonly number[];
}

export interface CauseRowOptions {
  /** Causes with a row of their own. */
  readonly max: number;
  /** Characters of an instruction. */
  readonly title: number;
}

/** Causes with a row of their own where a reader looks first. */
export const FIRST_CAUSES = 6;

/** Below this share of all that changed nothing has a row of its own. */
const TINY_SHARE = 0.001;
/** Below this share files have none; a package is somebody's decision, however small it is. */
const SMALL_SHARE = 0.01;
/** More than this share of all that changed is not left unnamed. */
const UNNAMED_SHARE = 0.1;

/**
 * What changed, largest first: causes by themselves, and where these leave more than a tenth, the others by what they are.
 * The rows add up to the size delta, but for less than a thousandth of what changed.
 */
export function causeRows(report: Report, { max, title }: CauseRowOptions): readonly CauseRow[] {
  const causes = joinIgnored(report.comparison?.causes ?? []);
  const all = grossOf(causes);
  const worthy = causes.filter(({ kind, bytes }) => {
    if (kind === 'package-records') return Math.abs(bytes) >= all * SMALL_SHARE;
    const isNamed = kind === 'packages' || kind === 'base-image';
    return Math.abs(bytes) >= all * (isNamed ? TINY_SHARE : SMALL_SHARE);
  });
  const shown = worthy.slice(0, max);
  const unnamed = causes.filter(cause => !shown.includes(cause));
  // A row that would count one cause names it.
  const [last] = unnamed;
  if (unnamed.length === 1 && last && Math.abs(last.bytes) >= all * TINY_SHARE)
    shown.push(...unnamed.splice(0));
  const rows = shown.map(cause => ({
    bytes: cause.bytes,
    what: causeContent(cause),
    where: causePlace(cause, title),
    layers: cause.head.map(({ layer }) => layer),
  }));
  const others = grossOf(unnamed) > all * UNNAMED_SHARE ? groupRows(unnamed) : smallerRow(unnamed);
  return [...rows, ...others.filter(({ bytes }) => Math.abs(bytes) >= all * TINY_SHARE)];
}

/** What one COPY brings or leaves out by one change of the ignore file is one cause. */
function joinIgnored(causes: readonly ReportCause[]): readonly ReportCause[] {
  const groups = Map.groupBy(causes, cause => {
    const [place] = cause.head.length > 0 ? cause.head : cause.baseline;
    const isIgnored = cause.kind === 'files' && cause.reason?.kind === 'ignore-file';
    return isIgnored ? `${cause.change} ${place?.layer}` : cause;
  });
  const joined = Array.from(groups.values(), (group): readonly ReportCause[] => {
    const [first, ...others] = group;
    if (first === undefined || others.length === 0) return group;
    return [{ ...first, bytes: sumOf(group), files: group.flatMap(({ files }) => files) }];
  });
  return joined.flat().sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));
}

function grossOf(causes: readonly ReportCause[]): number {
  return causes.reduce((sum, { bytes }) => sum + Math.abs(bytes), 0);
}

function sumOf(causes: readonly ReportCause[]): number {
  return causes.reduce((sum, { bytes }) => sum + bytes, 0);
}

function smallerRow(causes: readonly ReportCause[]): CauseRow[] {
  if (causes.length === 0) return [];
  return [{ bytes: sumOf(causes), what: pathNames(causes), where: [], layers: [] }];
}

/** Names that a row of many causes lists. */
const MAX_NAMES = 4;

/** Packages by what became of them, everything else by the directories that it lies in. */
function groupRows(causes: readonly ReportCause[]): CauseRow[] {
  const groups = Map.groupBy(causes, ({ kind, change }) =>
    kind === 'packages' ? `packages ${change}` : kind,
  );
  const rows = Array.from(groups.values(), (group): CauseRow => {
    const [first] = group;
    const what = first?.kind === 'packages' ? packageNames(group, first.change) : pathNames(group);
    const lines = new Set(
      group.flatMap(({ head, baseline }) => (head.length > 0 ? head : baseline)[0]?.layer ?? []),
    );
    return { bytes: sumOf(group), what, where: phrase`${plural(lines.size, 'instruction')}`, layers: [] };
  });
  return rows.sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));
}

/** `38 more packages added: a, b, c and others`. */
function packageNames(causes: readonly ReportCause[], change: ReportCause['change']): Phrase {
  const names = causes.flatMap(({ packages }) =>
    packages.slice(0, 1).map(({ name }) => phrase`${code(name, 40)}`),
  );
  const count = causes.reduce(
    (sum, { packageTotals }) =>
      sum + Object.values(packageTotals).reduce((total, each) => total + each.count, 0),
    0,
  );
  const verb = change === 'changed' ? 'changed in size' : change;
  return phrase`${plural(count, 'more package')} ${verb}: ${enumerate(withOthers(names))}`;
}

function pathNames(causes: readonly ReportCause[]): Phrase {
  const paths = causes.flatMap(({ files }) => files.slice(0, 1).map(({ path }) => path));
  const folder = sharedDirectory(paths);
  // A directory of the root says nothing.
  const named = folder === null || folder.indexOf('/') === folder.length - 1 ? [...new Set(paths)] : [folder];
  const names = named.map(path => phrase`${pathCode(path, 40)}`);
  const count = phrase`${plural(causes.length, 'smaller change')}`;
  return names.length === 0 ? count : phrase`${count} in ${enumerate(withOthers(names))}`;
}

function withOthers(names: readonly Phrase[]): readonly Phrase[] {
  return names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES), phrase`others`] : names;
}
