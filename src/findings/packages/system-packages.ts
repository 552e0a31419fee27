import type { VisibleFile } from '../../analysis/image-analysis.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { PackageArrivals } from '../../packages/package-arrivals.ts';
import type { UsedWords } from '../later-use/used-words.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { NamedPaths } from './common-folders.ts';

const arrivals = memoize(({ analysis }: RuleContext) => new PackageArrivals(analysis.scans));

/** Index of the layer that brought a package of the system; null for others. What only was upgraded is not brought. */
export function findArrival(context: RuleContext, found: InstalledPackage): number | null {
  return arrivals(context).layerOf(found);
}

/** The packages of the system that own layers brought, largest first. */
export function findOwnPackages(context: RuleContext): readonly InstalledPackage[] {
  return context.analysis.packages.packages.filter(
    found => (findArrival(context, found) ?? -1) >= context.ownFrom,
  );
}

/** The files of packages that have bytes in own layers. */
export function findOwnFiles(
  context: RuleContext,
  packages: Iterable<InstalledPackage>,
): readonly VisibleFile[] {
  const { packages: installed } = context.analysis;
  return [...packages].flatMap(found =>
    installed.filesOf(found).filter(({ bytes, layer }) => bytes > 0 && layer >= context.ownFrom),
  );
}

/** A program, or a library: an ENV may have it loaded. */
const PROGRAM = /(?:^|\/)(?:s?bin\/([^/]+)|([^/]+\.so(?:\.[^/]*)?))$/;
const WORD = /[\w.+-]+/g;

/** The programs and libraries of packages by their names, and the names of the packages. */
export function namesOfPrograms(
  { analysis }: RuleContext,
  packages: Iterable<InstalledPackage>,
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const found of packages) {
    names.add(found.name);
    for (const { path } of analysis.packages.filesOf(found)) {
      const name = programName(path);
      if (name !== null) names.add(name);
    }
  }
  return names;
}

function programName(path: string): string | null {
  const [, program, library] = PROGRAM.exec(path) ?? [];
  return program ?? library ?? null;
}

/** Which packages have a program or library that one of these instructions names, or are named themselves. */
export function findNamedPackages(
  context: RuleContext,
  packages: readonly InstalledPackage[],
  instructions: readonly DockerfileInstruction[],
): readonly InstalledPackage[] {
  const names = new Set(instructions.flatMap(({ text }) => text.match(WORD) ?? []));
  return findPackagesNamedBy(context, packages, { names, paths: [] });
}

/** The same of words: of paths, those that are in a package, or lead to a folder of its own, count as well. */
export function findPackagesNamedBy(
  context: RuleContext,
  packages: readonly InstalledPackage[],
  { names, paths }: UsedWords,
): readonly InstalledPackage[] {
  if (packages.length === 0) return [];
  const named = new NamedPaths(paths);
  const isNamed = (path: string): boolean => {
    const name = programName(path);
    return (name !== null && names.has(name)) || named.has(path);
  };
  const linked = new Set(linksOf(context).filter(isNamed).map(context.analysis.packages.ownerOf));
  return packages.filter(
    found =>
      names.has(found.name) ||
      linked.has(found) ||
      context.analysis.packages.filesOf(found).some(({ path }) => isNamed(path)),
  );
}

const PATH = /\/[^\s:;,"'=$]+/g;
/** Which packages have files that an ENV names, or that lie in a directory which it names: `JAVA_HOME`, `LD_PRELOAD`. */
export function findPackagesOfVariables(
  context: RuleContext,
  packages: readonly InstalledPackage[],
  instructions: readonly DockerfileInstruction[],
): readonly InstalledPackage[] {
  const paths = instructions
    .filter(({ keyword }) => keyword === 'ENV')
    .flatMap(({ body }) => body.match(PATH) ?? [])
    .map(path => path.replace(/^\/+/, '').replace(/(?<!\/)\/+$/, ''));
  return paths.length === 0 ? [] : findPackagesNamedBy(context, packages, { names: new Set(), paths });
}

/** `usr/bin/python3` leads to `python3.11`, and belongs to another package. */
function linksOf({ analysis, ownFrom }: RuleContext): readonly string[] {
  return analysis.scans.slice(ownFrom).flatMap(({ entries }) =>
    entries
      .values()
      .filter(({ kind }) => kind === 'symlink')
      .map(({ path }) => path)
      .toArray(),
  );
}
