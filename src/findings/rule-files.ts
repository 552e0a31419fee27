// Written by script/generate.ts from the files of rules/: add one there instead.
import { aptLists } from './rules/apt-lists.ts';
import { buildCache } from './rules/build-cache.ts';
import { buildTools } from './rules/build-tools.ts';
import { cacheMount } from './rules/cache-mount.ts';
import { changedBaseFile } from './rules/changed-base-file.ts';
import { consecutiveRuns } from './rules/consecutive-runs.ts';
import { contextClutter } from './rules/context-clutter.ts';
import { copiedDependencies } from './rules/copied-dependencies.ts';
import { copiedEnvFile } from './rules/copied-env-file.ts';
import { copiedTests } from './rules/copied-tests.ts';
import { copyBeforeInstall } from './rules/copy-before-install.ts';
import { credentials } from './rules/credentials.ts';
import { debugFiles } from './rules/debug-files.ts';
import { deletedLater } from './rules/deleted-later.ts';
import { devDependencies } from './rules/dev-dependencies.ts';
import { duplicateContent } from './rules/duplicate-content.ts';
import { duplicateEntry } from './rules/duplicate-entry.ts';
import { duplicateVersions } from './rules/duplicate-versions.ts';
import { frozenCommand } from './rules/frozen-command.ts';
import { gitDirectory } from './rules/git-directory.ts';
import { identicalRewrite } from './rules/identical-rewrite.ts';
import { installThenPurge } from './rules/install-then-purge.ts';
import { installedTwice } from './rules/installed-twice.ts';
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

/** Every rule that has a file, by id. */
export const RULE_FILES = [
  aptLists,
  buildCache,
  buildTools,
  cacheMount,
  changedBaseFile,
  consecutiveRuns,
  contextClutter,
  copiedDependencies,
  copiedEnvFile,
  copiedTests,
  copyBeforeInstall,
  credentials,
  debugFiles,
  deletedLater,
  devDependencies,
  duplicateContent,
  duplicateEntry,
  duplicateVersions,
  frozenCommand,
  gitDirectory,
  identicalRewrite,
  installThenPurge,
  installedTwice,
  keptArchives,
  layerHeadroom,
  logFiles,
  manifestBeforeSources,
  metadataOnlyCopy,
  movedAcrossLayers,
  noUser,
  objectFiles,
  overwrittenLater,
  packageDocumentation,
  packageManagerLeftovers,
  pythonBytecode,
  recommendedPackages,
  sparseLogs,
  staticLibraries,
  temporaryFiles,
  unpinnedBase,
  unstrippedBinaries,
  unusedLocales,
  updateApartFromInstall,
  volatileBeforeStable,
  volumeBeforeWrites,
] as const;
