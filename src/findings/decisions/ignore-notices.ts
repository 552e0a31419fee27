import { findClosestWord } from '../../base/closest-word.ts';
import type { Notice } from '../../base/notice.ts';
import { plural } from '../../base/number-text.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import type { IgnoreComment, IgnoreComments, IgnoreMistake } from '../../dockerfile/ignore-comment.ts';
import { RULES } from '../rules.ts';
import type { RuleSettings } from './rule-settings.ts';

/** A comment with what it ignores. */
interface UsedComment {
  readonly comment: IgnoreComment;
  readonly finding: { readonly rule: string };
}

/** Worded when it is told: the nearest name of each is looked for among all rules. */
interface Told {
  readonly line: number;
  readonly tell: () => Notice;
}

/** Notices that are told one by one. */
const MAX_NOTICES = 20;

const KNOWN: ReadonlyMap<string, (typeof RULES)[number]> = new Map(RULES.map(rule => [rule.id, rule]));

/** Of comments that name no rule, ignore nothing, or are not understood: in the order of the file. */
export function ignoreNotices(
  { comments, mistakes }: IgnoreComments,
  ignored: readonly UsedComment[],
  dockerfile: BuiltDockerfile,
  settings: RuleSettings,
): readonly Notice[] {
  const file = printable(dockerfile.file.file);
  const told = [
    ...comments.flatMap(comment => [
      ...noticesOf(comment, file),
      ...unusedNotices(comment, ignored, dockerfile, settings),
    ]),
    ...mistakes.filter(isMeant).map(mistake => mistakeNotice(mistake, file)),
  ].sort((a, b) => a.line - b.line);
  const more = told.length - MAX_NOTICES;
  if (more <= 0) return told.map(({ tell }) => tell());
  const message =
    more === 1
      ? '1 more ignore comment is not understood, names no rule, or ignores nothing.'
      : `${plural(more, 'more ignore comment')} are not understood, name no rule, or ignore nothing.`;
  return [...told.slice(0, MAX_NOTICES).map(({ tell }) => tell()), { code: 'ignore-without-rule', message }];
}

function noticesOf(comment: IgnoreComment, file: string): readonly Told[] {
  const { line, rules } = comment;
  const where = `${file}:${line}`;
  const told = (message: () => string): Told => ({
    line,
    tell: () => ({ code: 'ignore-without-rule', message: message() }),
  });
  if (rules.length === 0) return [told(() => `${where} ignores nothing: it names no rule.`)];
  const unknown = [...new Set(rules)].filter(name => !KNOWN.has(name));
  const unread = rulesInReason(comment);
  return [
    ...unknown.map(name =>
      told(() => {
        const meant = findClosestWord(name, [...KNOWN.keys()]);
        const hint = meant === null ? 'deadweight explain lists them.' : `did you mean ${meant}?`;
        return `${where} ignores ${printable(name)}, which is no rule: ${hint}`;
      }),
    ),
    ...(unread.length === 0
      ? []
      : [
          told(() => {
            const all = [...new Set([...rules, ...unread])].join(',');
            return `${where} does not ignore ${unread.join(', ')}, which is read as its reason: write ${formOf(comment.scope, printable(all))}.`;
          }),
        ]),
  ];
}

/** Rules that were meant to be ignored as well: no comma parts them from the others, or a second comment follows. */
function rulesInReason({ reason, rules }: IgnoreComment): readonly string[] {
  if (reason === null) return [];
  const words =
    reason
      .slice(0, MAX_REASON)
      .toLowerCase()
      .match(/[\w-]+/g) ?? [];
  const named = words.filter(word => KNOWN.has(word) && !rules.includes(word));
  return named.length === words.length || /ignore(?:-file)?[ \t]*[=:]/i.test(reason) ? named : [];
}

/** Characters of a reason that are searched for rules. */
const MAX_REASON = 400;

/** The comment as it has to be. */
function formOf(scope: IgnoreComment['scope'], rules: string): string {
  return `"# deadweight ignore${scope === 'file' ? '-file' : ''}=${rules}"`;
}

/** Not what only sets something, as `# deadweight version=1`. */
function isMeant({ words }: IgnoreMistake): boolean {
  return words.some(
    word => KNOWN.has(word) || /^(?:dead[-_]?weight[-_])?(?:ignore|disable)(?:[-_]|$)/.test(word),
  );
}

function mistakeNotice({ line, kind, scope, words, instruction }: IgnoreMistake, file: string): Told {
  const rules = words.filter(word => KNOWN.has(word));
  const form = formOf(scope, rules.length === 0 ? 'RULE' : [...new Set(rules)].join(','));
  const above =
    instruction === null
      ? ''
      : ` above the ${printable(instruction.keyword)} at line ${instruction.startLine}`;
  const message =
    kind === 'place'
      ? `${file}:${line} ignores nothing where it stands: write ${form} on a line of its own${above}.`
      : `${file}:${line} ignores nothing, as it is not understood: write ${form}.`;
  return { line, tell: () => ({ code: 'ignore-without-rule', message }) };
}

function unusedNotices(
  comment: IgnoreComment,
  ignored: readonly UsedComment[],
  dockerfile: BuiltDockerfile,
  settings: RuleSettings,
): readonly Told[] {
  const where = `${printable(dockerfile.file.file)}:${comment.line}`;
  const isUsed = (name: string): boolean =>
    ignored.some(
      each =>
        each.comment.rules.includes(name) && each.finding.rule === name && sameScope(each.comment, comment),
    );
  return [...new Set(comment.rules)]
    .filter(name => KNOWN.has(name) && !isUsed(name) && canTell(comment, name, dockerfile, settings))
    .map(name => ({
      line: comment.line,
      tell: () => ({
        code: 'ignore-unused',
        message: `${where} ignores ${name}, which finds nothing there: the comment can go.`,
      }),
    }));
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
