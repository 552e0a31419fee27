import { CACHE_RULES } from './cache/cache-rules.ts';
import type { Finding, FoundFinding } from './finding.ts';
import type { FindingWords, Rule } from './rule.ts';
import type { RuleContext } from './rule-context.ts';
import { buildTools } from './rules/build-tools.ts';
import { cacheMount } from './rules/cache-mount.ts';
import { consecutiveRuns } from './rules/consecutive-runs.ts';
import { contextClutter } from './rules/context-clutter.ts';
import { copiedDependencies } from './rules/copied-dependencies.ts';
import { copiedEnvFile } from './rules/copied-env-file.ts';
import { copiedTests } from './rules/copied-tests.ts';
import { copyBeforeInstall } from './rules/copy-before-install.ts';
import { deletedLater } from './rules/deleted-later.ts';
import { devDependencies } from './rules/dev-dependencies.ts';
import { duplicateContent } from './rules/duplicate-content.ts';
import { duplicateEntry } from './rules/duplicate-entry.ts';
import { frozenCommand } from './rules/frozen-command.ts';
import { gitDirectory } from './rules/git-directory.ts';
import { identicalRewrite } from './rules/identical-rewrite.ts';
import { installThenPurge } from './rules/install-then-purge.ts';
import { keptArchives } from './rules/kept-archives.ts';
import { layerHeadroom } from './rules/layer-headroom.ts';
import { logFiles } from './rules/log-files.ts';
import { manifestBeforeSources } from './rules/manifest-before-sources.ts';
import { metadataOnlyCopy } from './rules/metadata-only-copy.ts';
import { movedAcrossLayers } from './rules/moved-across-layers.ts';
import { noUser } from './rules/no-user.ts';
import { objectFiles } from './rules/object-files.ts';
import { overwrittenLater } from './rules/overwritten-later.ts';
import { packageDocumentation } from './rules/package-documentation.ts';
import { packageManagerLeftovers } from './rules/package-manager-leftovers.ts';
import { pythonBytecode } from './rules/python-bytecode.ts';
import { recommendedPackages } from './rules/recommended-packages.ts';
import { sparseLogs } from './rules/sparse-logs.ts';
import { staticLibraries } from './rules/static-libraries.ts';
import { temporaryFiles } from './rules/temporary-files.ts';
import { unpinnedBase } from './rules/unpinned-base.ts';
import { unstrippedBinaries } from './rules/unstripped-binaries.ts';
import { unusedLocales } from './rules/unused-locales.ts';
import { updateApartFromInstall } from './rules/update-apart-from-install.ts';
import { volatileBeforeStable } from './rules/volatile-before-stable.ts';
import { volumeBeforeWrites } from './rules/volume-before-writes.ts';

/*
 * Every rule, by families. A new one is a file in `rules/`, a line here, an example in `examples/rules/` and a folder of
 * cases in the tests; these miss whatever is not there.
 */

const WASTE = [
  deletedLater,
  movedAcrossLayers,
  installThenPurge,
  overwrittenLater,
  metadataOnlyCopy,
  identicalRewrite,
  duplicateEntry,
  duplicateContent,
  layerHeadroom,
] as const;

const LEFTOVERS = [
  ...CACHE_RULES,
  contextClutter,
  copiedDependencies,
  copiedEnvFile,
  copiedTests,
  packageDocumentation,
  gitDirectory,
  keptArchives,
  unusedLocales,
  logFiles,
  objectFiles,
  packageManagerLeftovers,
  pythonBytecode,
  sparseLogs,
  temporaryFiles,
] as const;

const PACKAGES = [
  buildTools,
  recommendedPackages,
  devDependencies,
  unstrippedBinaries,
  staticLibraries,
] as const;

const DOCKERFILE = [
  manifestBeforeSources,
  copyBeforeInstall,
  volatileBeforeStable,
  updateApartFromInstall,
  frozenCommand,
  cacheMount,
  consecutiveRuns,
  unpinnedBase,
  noUser,
  volumeBeforeWrites,
] as const;

export const RULES = [...WASTE, ...LEFTOVERS, ...PACKAGES, ...DOCKERFILE] as const;

/** The families, as the list of all rules shows them. */
export const RULE_FAMILIES: readonly { readonly title: string; readonly rules: readonly Rule[] }[] = [
  { title: 'Waste: bytes that a layer ships and a later layer hides', rules: WASTE },
  { title: 'Leftovers: files that nobody needs once the build is done', rules: LEFTOVERS },
  { title: 'Packages and programs that the image does not need', rules: PACKAGES },
  { title: 'The Dockerfile and its build', rules: DOCKERFILE },
];

type FindingOf<Each> = Each extends Rule<infer Id, infer Args> ? Finding<Id, Args> : never;

/** A finding of one of the rules, with the arguments that this rule has. */
export type KnownFinding = FindingOf<(typeof RULES)[number]>;

const BY_ID: ReadonlyMap<string, (typeof RULES)[number]> = new Map(RULES.map(rule => [rule.id, rule]));

/** The finding with its arguments checked; null where no rule of this version knows it, or its arguments. */
export function readFinding(finding: Finding): KnownFinding | null {
  return BY_ID.get(finding.rule)?.read(finding) ?? null;
}

/** What its rule says of a finding; null as for `readFinding`. */
export function describeFinding(finding: Finding): FindingWords | null {
  return BY_ID.get(finding.rule)?.describe(finding) ?? null;
}

/** What all rules find, in no order: `rankFindings` puts them in the order in which they are shown. */
export function findFindings(context: RuleContext): readonly FoundFinding[] {
  return RULES.flatMap((rule): readonly FoundFinding[] => rule.find(context));
}
