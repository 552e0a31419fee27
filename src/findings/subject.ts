/** The old names of `RuleContext` and `BuildRecord`. */
export { type BuildRecord as SubjectBuild, RuleContext as Subject } from './rule-context.ts';
