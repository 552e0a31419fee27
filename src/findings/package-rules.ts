import type { Rule } from './rule.ts';

/** Packages that the final image has no use for. */
export const PACKAGE_RULES: readonly Rule[] = [];
