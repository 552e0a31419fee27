import { findClosestWord } from '../../base/closest-word.ts';
import type { Notice } from '../../base/notice.ts';
import { plural } from '../../base/number-text.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import { type IgnoreComment, readIgnoreComments } from '../../dockerfile/ignore-comment.ts';
import type { FoundFinding } from '../finding.ts';
import { RULES } from '../rules.ts';
import { findAddedIgnores } from './added-comments.ts';
import type { RuleSettings } from './rule-settings.ts';

/** A finding that a comment of the Dockerfile ignores: it is counted, and not shown. */
export interface IgnoredFinding {
  readonly finding: FoundFinding;
  readonly comment: IgnoreComment;
  /** Of the comment, as locations name it. */
  readonly file: string;
  /** Whether the pull request that is judged brings the comment along. */
  readonly isAdded: boolean;
}

/** What the user has decided about findings. */
export interface Decisions {
  readonly rules: RuleSettings;
  /** The comments of the baseline's Dockerfile that a pull request is judged by; null where all of the head's count. */
  readonly baselineIgnores: readonly IgnoreComment[] | null;
}

export interface PartedFindings {
  readonly findings: readonly FoundFinding[];
  readonly ignored: readonly IgnoredFinding[];
  /** Of comments that name no rule, or ignore nothing. */
  readonly notices: readonly Notice[];
}

/** Parts what is found from what comments of the Dockerfile ignore. Without a Dockerfile there are none. */
export function partIgnored(
  found: readonly FoundFinding[],
  dockerfile: BuiltDockerfile | null,
  { rules, baselineIgnores }: Decisions,
): PartedFindings {
  const comments = dockerfile === null ? [] : readIgnoreComments(dockerfile.file);
  if (dockerfile === null || comments.length === 0) return { findings: found, ignored: [], notices: [] };
  const isNew =
    baselineIgnores === null ? () => false : findAddedIgnores(comments, baselineIgnores, dockerfile.file);
  const findings: FoundFinding[] = [];
  const ignored: IgnoredFinding[] = [];
  for (const finding of found) {
    const matching = comments.filter(comment => ignores(comment, finding, dockerfile.file.file));
    // One that the baseline has, too, counts before one that a pull request adds.
    const comment = matching.find(each => !isNew(each, finding.rule)) ?? matching[0];
    if (comment === undefined) findings.push(finding);
    else
      ignored.push({ finding, comment, file: dockerfile.file.file, isAdded: isNew(comment, finding.rule) });
  }
  const notices = shortened(comments.flatMap(comment => noticesOf(comment, ignored, dockerfile, rules)));
  return { findings, ignored, notices };
}

/** Notices that are told one by one. */
const MAX_NOTICES = 20;

/** What is not told is not worded, either: the nearest name of each is looked for among all rules. */
function shortened(notices: readonly (() => Notice)[]): readonly Notice[] {
  const more = notices.length - MAX_NOTICES;
  if (more <= 0) return notices.map(tell => tell());
  const message = `${plural(more, 'more ignore comment')} ${more === 1 ? 'names' : 'name'} no rule, or ignore nothing.`;
  return [...notices.slice(0, MAX_NOTICES).map(tell => tell()), { code: 'ignore-without-rule', message }];
}

/** Where the bytes were written, or where they were hidden. */
function ignores(
  { scope, rules, instruction }: IgnoreComment,
  { rule, location, related }: FoundFinding,
  file: string,
): boolean {
  if (!rules.includes(rule)) return false;
  if (scope === 'file') return true;
  return [location, related].some(
    place =>
      place !== null &&
      instruction !== null &&
      place.file === file &&
      instruction.startLine <= place.startLine &&
      place.startLine <= instruction.endLine,
  );
}

const KNOWN: ReadonlyMap<string, (typeof RULES)[number]> = new Map(RULES.map(rule => [rule.id, rule]));

function noticesOf(
  comment: IgnoreComment,
  ignored: readonly IgnoredFinding[],
  dockerfile: BuiltDockerfile,
  settings: RuleSettings,
): readonly (() => Notice)[] {
  const where = `${printable(dockerfile.file.file)}:${comment.line}`;
  const code = 'ignore-without-rule';
  if (comment.rules.length === 0)
    return [() => ({ code, message: `${where} ignores nothing: it names no rule.` })];
  return [...new Set(comment.rules)].flatMap((name): readonly (() => Notice)[] => {
    if (!KNOWN.has(name)) {
      return [
        () => {
          const meant = findClosestWord(name, [...KNOWN.keys()]);
          const hint = meant === null ? 'deadweight explain lists them.' : `did you mean ${meant}?`;
          return { code, message: `${where} ignores ${printable(name)}, which is no rule: ${hint}` };
        },
      ];
    }
    const isUsed = ignored.some(
      each =>
        each.comment.rules.includes(name) && each.finding.rule === name && sameScope(each.comment, comment),
    );
    if (isUsed || !canTell(comment, name, dockerfile, settings)) return [];
    return [
      () => ({
        code: 'ignore-unused',
        message: `${where} ignores ${name}, which finds nothing there: the comment can go.`,
      }),
    ];
  });
}

/** Two comments above one instruction may say the same. */
function sameScope(one: IgnoreComment, other: IgnoreComment): boolean {
  return one.scope === other.scope && one.instruction === other.instruction;
}

/**
 * Whether a comment that ignored nothing is one too many: not where the rule is off, where this build does not ship what
 * the comment is for, or where the rule looks at how long steps took, which is another thing at every build.
 */
function canTell(
  { scope, instruction }: IgnoreComment,
  name: string,
  { shipped, shippedStages, file }: BuiltDockerfile,
  settings: RuleSettings,
): boolean {
  const rule = KNOWN.get(name);
  if (settings.get(name)?.level === 'off') return false;
  if (rule?.family === 'dockerfile' && rule.severity === 'info') return false;
  if (scope === 'file') return shippedStages.at(-1) === file.stages.at(-1);
  return instruction === null || shipped.includes(instruction);
}
