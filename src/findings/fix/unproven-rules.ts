import { recommendedPackages } from '../rules/recommended-packages.ts';

/** Rules whose edits nobody can tell to be safe without building them. */
const UNPROVEN: ReadonlySet<string> = new Set([recommendedPackages.id]);

/** Whether an edit of this rule is made only where a build proves it. */
export function isUnprovenRule(rule: string): boolean {
  return UNPROVEN.has(rule);
}
