import { formatSize, formatSizeDelta, formatSizes, plural } from '../../base/number-text.ts';
import {
  code,
  cutCode,
  enumerate,
  gonePlace,
  type Part,
  type Phrase,
  pathCode,
  phrase,
  place,
  placeAside,
} from '../../base/phrase.ts';
import { brief, MAX_READ } from '../../base/untrusted-text.ts';
import { isNamedIn } from '../../compare/instruction-words.ts';
import { fateOf } from '../../compare/package-union.ts';
import { findCacheKind } from '../../package-managers/cache-directory.ts';
import type { ReportCause, ReportFileDelta, ReportPackageDelta } from '../report.ts';
import { sharedDirectory } from '../shared-directory.ts';

/** `vim added, with vim-runtime 36.1 MB and 7 more packages`: what came, went or changed, without its bytes. */
export function causeContent(cause: ReportCause): Phrase {
  return phrase`${contentPhrase(cause)}${reasonPhrase(cause)}`;
}

function contentPhrase(cause: ReportCause): Phrase {
  switch (cause.kind) {
    case 'base-image':
      return phrase`${baseImagePhrase(cause)}${colon(partsPhrase(cause))}`;
    case 'packages':
      return packagesPhrase(cause);
    case 'files':
      return filePhrase(cause);
    case 'package-records':
      return recordsPhrase(cause);
    case 'waste':
      return wastePhrase(cause);
    case 'other':
      return phrase`layers whose files are not known`;
  }
}

function colon(rest: Phrase): Phrase {
  return rest.length === 0 ? [] : phrase`: ${rest}`;
}

/** `base image debian:12 → debian:13`, `base image debian:12 updated`. */
function baseImagePhrase({ baseline, head }: ReportCause): Phrase {
  const [before, after] = [baseline[0]?.createdBy ?? '', head[0]?.createdBy ?? ''];
  if (before !== '' && after !== '' && before !== after) {
    return phrase`base image ${code(before, 60)} → ${code(after, 60)}`;
  }
  const name = after || before;
  return name === '' ? phrase`other base image` : phrase`base image ${code(name, 60)} updated`;
}

/** Packages that a sentence names. */
const MAX_NAMED = 3;
/** Below this share of what it stands beside a part is not worth its name. */
const SMALL_SHARE = 0.05;

const FATES = ['added', 'updated', 'removed', 'kept'] as const;

/** What is below a base image: `libc6 2.36 → 2.37 +310.0 kB and 2 more packages updated, /usr/lib/ +5.1 MB`. */
function partsPhrase(cause: ReportCause): Phrase {
  const { packages, files, packageTotals } = cause;
  const whole = [cause, ...packages, ...files].reduce(
    (most, { bytes }) => Math.max(most, Math.abs(bytes)),
    0,
  );
  const isWorthy = ({ bytes }: { readonly bytes: number }) => Math.abs(bytes) >= whole * SMALL_SHARE;
  const clauses: Phrase[] = [];
  for (const fate of FATES) {
    const { count } = packageTotals[fate];
    if (count === 0) continue;
    const own = packages.filter(each => fateOf(each) === fate);
    const worthy = own.filter(isWorthy).slice(0, MAX_NAMED);
    const named = own.length === count && count === worthy.length + 1 ? own : worthy;
    const items = named.map(each => phrase`${packageName(each, true)} ${formatSizeDelta(each.bytes)}`);
    if (count > named.length) items.push(countPhrase(count, named.length));
    clauses.push(phrase`${enumerate(items)} ${fate === 'kept' ? 'of the same version' : fate}`);
  }
  const paths = files.filter(isWorthy).slice(0, 2);
  clauses.push(...paths.map(({ path, bytes }) => phrase`${pathCode(path, 60)} ${formatSizeDelta(bytes)}`));
  return clauses.flatMap((clause, index) => (index === 0 ? clause : phrase`; ${clause}`));
}

/** `7 more packages`, `9 packages`. */
function countPhrase(count: number, named: number): Phrase {
  return phrase`${plural(count - named, named > 0 ? 'more package' : 'package')}`;
}

function packagesPhrase(cause: ReportCause): Phrase {
  const { packages, packageTotals, change, head, baseline } = cause;
  const count = FATES.reduce((sum, fate) => sum + packageTotals[fate].count, 0);
  const isCopy = baseline.length === 0 && head.length > 0 && change !== 'added' && cause.bytes > 0;
  const verb = isCopy
    ? `${change === 'updated' ? 'updated' : 'written again'}; the layers below still ship the old copies`
    : change === 'changed'
      ? 'changed in size'
      : cause.reason?.kind === 'command-gone'
        ? stay(count)
        : change;
  const [first] = packages;
  if (first === undefined) return phrase`${plural(count, 'package')} ${verb}`;
  if (count === 1) return isCopy ? phrase`${packageName(first, true)} ${verb}` : onlyPackage(first, verb);
  const isNamed = isNamedIn(head[0] ?? baseline[0]);
  const asked = packages.filter(({ name }) => isNamed(name));
  if (asked.length > 0 && asked.length < count) {
    const names = asked
      .slice(0, MAX_NAMED)
      .map(each => phrase`${packageName(each, hasVersions(each, change))}`);
    if (asked.length > MAX_NAMED) names.push(phrase`${asked.length - MAX_NAMED} more`);
    const others = largestOf(
      packages.filter(each => !asked.includes(each)),
      count - asked.length,
    );
    return phrase`${enumerate(names)} ${verb}, with ${sizedPackages(others, count - asked.length, change)}`;
  }
  return phrase`${sizedPackages(largestOf(packages, count), count, change)} ${verb}`;
}

/** `, as --no-install-recommends is gone`: why it came or went; empty where nothing proves it. */
function reasonPhrase({ reason, packages }: ReportCause): Phrase {
  switch (reason?.kind) {
    case 'command-gone':
      return phrase`, as ${code(reason.command, 60)} is gone`;
    case 'option-gone':
      return phrase`, as ${code(reason.option)} is gone`;
    case 'build-stage':
      return phrase`: only the stage ${code(reason.stage, 40)}${placeAside(reason.instruction)} installs ${packages.length > 1 ? 'them' : 'it'} now`;
    case 'ignore-file':
      return phrase`, as ${code(reason.path, 60)} ${IGNORE_FILE[reason.change]}`;
    case 'cache-mount':
    case undefined:
      return [];
  }
}

const IGNORE_FILE = { added: 'is new', removed: 'is gone', changed: 'changed' } as const;

function onlyPackage(delta: ReportPackageDelta, verb: string): Phrase {
  const isUpdated = fateOf(delta) === 'updated';
  return isUpdated
    ? phrase`${packageName(delta, true)} ${verb}`
    : phrase`${packageName(delta, hasVersions(delta, delta.before === null ? 'added' : 'changed'))} ${verb}`;
}

/** Those worth a name; one that would be counted alone has one. */
function largestOf(packages: readonly ReportPackageDelta[], count: number): readonly ReportPackageDelta[] {
  const min = Math.abs(packages[0]?.bytes ?? 0) * SMALL_SHARE;
  const worthy = packages.filter(({ bytes }) => Math.abs(bytes) >= min).slice(0, MAX_NAMED);
  return packages.length === count && count === worthy.length + 1 ? packages : worthy;
}

/** `vim-runtime 36.1 MB, vim 3.8 MB and 7 more packages`. */
function sizedPackages(
  named: readonly ReportPackageDelta[],
  count: number,
  change: ReportCause['change'],
): Phrase {
  const hasSign = change === 'updated' || change === 'changed';
  const items = named.map(delta => {
    const size = hasSign ? formatSizeDelta(delta.bytes) : formatSize(Math.abs(delta.bytes));
    return phrase`${packageName(delta, hasVersions(delta, change))} ${size}`;
  });
  if (count > named.length) items.push(countPhrase(count, named.length));
  return enumerate(items);
}

function stay(count: number): string {
  return count === 1 ? 'stays in the image' : 'stay in the image';
}

/** Of what is added, those that a project names: the versions of a distribution's packages are its own affair. */
function hasVersions({ type }: ReportPackageDelta, change: ReportCause['change']): boolean {
  return change === 'updated' || (change === 'added' && !OF_DISTRIBUTIONS.has(type));
}

const OF_DISTRIBUTIONS: ReadonlySet<string> = new Set(['deb', 'apk', 'rpm', 'alpm']);

const MAX_NAME_LENGTH = 40;
const MAX_VERSION_LENGTH = 24;

/** `vim`, or with its versions `libc6 2.36-9+deb12u9 → 2.36-9+deb12u10`. */
function packageName({ name, before, after }: ReportPackageDelta, withVersions: boolean): Part {
  const versions = withVersions
    ? [before, after === before ? null : after].filter(version => version !== null)
    : [];
  const named = (maxName: number, maxVersion: number): string =>
    `${brief(name, maxName)} ${versions.map(version => brief(version, maxVersion)).join(' → ')}`.trimEnd();
  return cutCode(named(MAX_NAME_LENGTH, MAX_VERSION_LENGTH), named(MAX_READ, MAX_READ));
}

/** `/app/model.bin added`, `/app/dist/, 12 files changed`. */
function filePhrase({ files, change, bytes, baseline, head, reason }: ReportCause): Phrase {
  const [file] = files;
  if (file === undefined) return phrase`files`;
  const { count = 1, previousPath } = file;
  const number = count > 1 ? phrase` (${plural(count, 'file')})` : [];
  if (reason?.kind === 'ignore-file') {
    return phrase`${sizedFiles(files)} ${change === 'added' ? 'copied now' : 'no longer copied'}`;
  }
  if (reason?.kind === 'cache-mount') {
    return phrase`${fileName(file)}${number} is in a cache mount now`;
  }
  if (change === 'added' && (reason?.kind === 'command-gone' || isLeftover(file))) {
    return phrase`${fileName(file)}${number} stays in the image`;
  }
  const [before, after] = [baseline[0]?.bytes, head[0]?.bytes];
  if (count === 1 && change === 'changed' && before !== undefined && after !== undefined) {
    const from =
      previousPath === undefined ? fileName(file) : phrase`${pathCode(previousPath, 60)} → ${fileName(file)}`;
    return phrase`${from}, ${formatSizes(-before, after)}`;
  }
  if (count > 1) return phrase`${fileName(file)}, ${plural(count, 'file')} ${change}`;
  const verb = change !== 'changed' ? change : bytes > 0 ? 'grew' : 'shrank';
  return phrase`${fileName(file)} ${verb}`;
}

/** What package managers keep for their next run. */
function isLeftover({ path }: ReportFileDelta): boolean {
  const clean = path.replace(/^\//, '');
  return findCacheKind(clean.slice(0, clean.lastIndexOf('/') + 1)) !== null;
}

/** `/app/.git/ 6.0 MB, /app/db/dump.sql 5.0 MB and 2 more`; of one, its name alone. */
function sizedFiles(files: readonly ReportFileDelta[]): Phrase {
  const [first, ...others] = files;
  if (first !== undefined && others.length === 0) return fileName(first);
  const named = files.slice(0, MAX_NAMED);
  const items = named.map(file => phrase`${fileName(file)} ${formatSize(Math.abs(file.bytes))}`);
  const more = files.length - named.length;
  return enumerate(more > 0 ? [...items, phrase`${more} more`] : items);
}

function fileName({ path, isRest }: ReportFileDelta): Phrase {
  if (path === '') return phrase`files in several directories`;
  return isRest === true ? phrase`elsewhere in ${pathCode(path, 60)}` : phrase`${pathCode(path, 60)}`;
}

/** `databases and logs of package managers: /var/lib/dpkg/, /var/cache/debconf/`. */
function recordsPhrase({ files, layerCounts, bytes }: ReportCause): Phrase {
  const names = fileNames(files, ({ path }) => phrase`${pathCode(path, 60)}`);
  const { head, baseline } = layerCounts;
  // Each instruction that installs something writes them anew.
  const fewer =
    bytes < 0 && head > 0 && head < baseline
      ? `, written in ${plural(head, 'layer')} and not in ${baseline}`
      : '';
  return phrase`databases and logs of package managers${fewer}${colon(names)}`;
}

/** Directories and files that a sentence names. */
const MAX_FILES_NAMED = 2;

/** `/a/, /b/ and more`; empty where there are none. */
function fileNames(files: readonly ReportFileDelta[], nameOf: (file: ReportFileDelta) => Phrase): Phrase {
  const named = files.slice(0, MAX_FILES_NAMED).map(nameOf);
  return enumerate(files.length > named.length ? [...named, phrase`more`] : named);
}

/** `/var/lib/apt/lists/, deleted again at Dockerfile:4 but still shipped`. */
function wastePhrase(cause: ReportCause): Phrase {
  const { files, waste, change, reason } = cause;
  const what = files.length === 0 ? phrase`files` : fileNames(files, fileName);
  if (reason?.kind === 'cache-mount')
    return phrase`${what}, shipped though hidden before, is in a cache mount now`;
  if (waste === null) return phrase`${what}, hidden before and no longer shipped`;
  if (change === 'removed')
    return phrase`${what}, which ${goneWaste(waste)}, ${files.length > 1 ? 'are' : 'is'} no longer shipped`;
  const by = waste.instruction ? phrase`at ${place(waste.instruction)}` : phrase`in layer ${waste.layer}`;
  switch (waste.reason) {
    case 'deleted':
    case 'opaque-directory':
      return phrase`${what}, deleted again ${by} but still shipped`;
    case 'replaced-by-directory':
    case 'replaced-by-other':
      return phrase`${what}, replaced ${by} but still shipped`;
    case 'metadata-only':
      return phrase`${copiedFiles(cause)} stored a second time ${by}, where only owner, mode or times change`;
    case 'identical':
      return phrase`${copiedFiles(cause)} stored a second time ${by}, where nothing changes`;
    case 'overwritten':
      return phrase`${what}, written again ${by}, and the copy below is still shipped`;
    case 'duplicate-entry':
      return phrase`${what}, twice in one layer`;
  }
}

/** `base’s Dockerfile:4 deleted`. */
function goneWaste({ instruction, layer, reason }: NonNullable<ReportCause['waste']>): Phrase {
  const where = instruction ? phrase`base’s ${gonePlace(instruction)}` : phrase`the base’s layer ${layer}`;
  const verb = WASTE_VERBS[reason];
  return phrase`${where} ${verb}`;
}

const WASTE_VERBS = {
  deleted: 'deleted',
  'opaque-directory': 'deleted',
  'replaced-by-directory': 'replaced',
  'replaced-by-other': 'replaced',
  'metadata-only': 'stored a second time',
  identical: 'stored a second time',
  overwritten: 'wrote again',
  'duplicate-entry': 'has twice',
} as const;

/** `/app/, 120 files,`: what a chown or a second copy writes again lies together. */
function copiedFiles({ files, otherBytes }: ReportCause): Phrase {
  const directory = sharedDirectory(files.map(({ path }) => path));
  if (directory === null) return phrase`${files.length === 0 ? 'files' : fileNames(files, fileName)},`;
  if (otherBytes !== 0) return phrase`${pathCode(directory, 60)},`;
  const count = files.reduce((sum, file) => sum + (file.count ?? 1), 0);
  return phrase`${pathCode(directory, 60)}, ${plural(count, 'file')},`;
}
