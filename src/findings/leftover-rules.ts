import { CACHE_RULES } from './cache/cache-rules.ts';
import type { Rule } from './rule.ts';
import { contextClutter } from './rules/context-clutter.ts';
import { copiedDependencies } from './rules/copied-dependencies.ts';
import { copiedEnvFile } from './rules/copied-env-file.ts';
import { copiedTests } from './rules/copied-tests.ts';
import { gitDirectory } from './rules/git-directory.ts';
import { keptArchivesRule } from './rules/kept-archives.ts';
import { logFiles } from './rules/log-files.ts';
import { objectFiles } from './rules/object-files.ts';
import { packageDocumentation } from './rules/package-documentation.ts';
import { packageManagerLeftovers } from './rules/package-manager-leftovers.ts';
import { pythonBytecode } from './rules/python-bytecode.ts';
import { sparseLogs } from './rules/sparse-logs.ts';
import { temporaryFiles } from './rules/temporary-files.ts';
import { unusedLocales } from './rules/unused-locales.ts';

/** What package managers, compilers and copies leave behind. */
export const LEFTOVER_RULES: readonly Rule[] = [
  ...CACHE_RULES,
  contextClutter,
  copiedDependencies,
  copiedEnvFile,
  copiedTests,
  packageDocumentation,
  gitDirectory,
  keptArchivesRule,
  unusedLocales,
  logFiles,
  objectFiles,
  packageManagerLeftovers,
  pythonBytecode,
  sparseLogs,
  temporaryFiles,
];
