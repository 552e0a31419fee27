import type { Rule } from './rule.ts';
import { buildTools } from './rules/build-tools.ts';
import { devDependencies } from './rules/dev-dependencies.ts';
import { recommendedPackagesRule } from './rules/recommended-packages.ts';
import { staticLibraries } from './rules/static-libraries.ts';
import { unstrippedBinaries } from './rules/unstripped-binaries.ts';

/** Packages, and parts of programs, that the final image has no use for. */
export const PACKAGE_RULES: readonly Rule[] = [
  buildTools,
  recommendedPackagesRule,
  devDependencies,
  unstrippedBinaries,
  staticLibraries,
];
