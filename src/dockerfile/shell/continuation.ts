import type { ShellCommand, ShellMember, ShellScript } from './shell-command.ts';

/** What goes between a script and a command that is to run after it: a separator, or why none does. */
type Continuation = '&&' | ';' | { readonly problem: string };

/**
 * The command is to run when the script has succeeded, and a script that fails has to fail as before.
 *
 * `a; b && more` and `a || b && more` do that: `&&` belongs to the whole list in front of it, which is the last one of
 * the script and gave its status. But a shell ignores `-e` in what `&&` follows: where a compound command needs it,
 * only `;` does, behind a list that cannot fail without ending the script: a single command. `a && b` can, also where
 * it stands in a loop. In `a && ( b || c ) && d` the subshell runs without `-e` already: only the end of a list counts.
 * @param hasErrexit whether the shell is started with `-e`
 */
export function continuation(script: ShellScript, hasErrexit: boolean): Continuation {
  if (!script.canBeContinued) return { problem: 'nothing can be added safely behind its last command' };
  if (endsInText(script)) return { problem: 'its last command runs others that are not seen' };
  const errexit = findErrexit(script, hasErrexit);
  if (errexit === 'none') return '&&';
  const list = lastList(script.members);
  const isSimple = lastPipeline(list).every(({ isCompound }) => !isCompound);
  const isOfLines = list.length < script.members.length;
  if (errexit === 'all' && endsAtFailure(script) && (isOfLines || !isSimple)) return ';';
  return isSimple ? '&&' : { problem: 'its last command relies on `set -e`' };
}

/**
 * Whether a shell with `-e` ends where the last list of the script fails: a single command or pipeline, and none of those
 * whose failure it ignores.
 */
export function endsAtFailure({ members }: ShellScript): boolean {
  const list = lastList(members);
  const isOne = list.every(({ operator }, index) => index === 0 || operator === '|');
  return isOne && list[0]?.isNegated === false && !list.some(({ canFailUnseen }) => canFailUnseen);
}

/** The members behind the last separator: the list whose status is the script's. */
function lastList(members: readonly ShellMember[]): readonly ShellMember[] {
  const separator = members.findLastIndex(({ operator }) => [';', 'newline', '&'].includes(operator));
  return members.slice(Math.max(0, separator));
}

/** The members behind the last `&&` or `||` of a list. */
function lastPipeline(list: readonly ShellMember[]): readonly ShellMember[] {
  const operator = list.findLastIndex(each => each.operator === '&&' || each.operator === '||');
  return list.slice(Math.max(0, operator));
}

/** Whether a shell stops at the first command that fails: for all of a script, for none of it, or for parts of it. */
type Errexit = 'all' | 'none' | 'unsure';

/**
 * `set -e` and what amounts to it.
 * @param isGiven whether the shell was started with `-e`
 */
export function findErrexit(script: ShellScript, isGiven: boolean): Errexit {
  const settings = script.commands.filter(touchesErrexit);
  const [first] = settings;
  if (first === undefined) return isGiven ? 'all' : 'none';
  const [own, next] = script.members;
  const isSetFirst =
    settings.length === 1 &&
    first === script.commands[0] &&
    own?.isCompound === false &&
    next?.operator !== '|' &&
    next?.operator !== '&';
  return isSetFirst && setsErrexit(first) ? 'all' : 'unsure';
}

/** `set -eux`, `set -Eeuo pipefail`, `set -x -e`, `set -o errexit`. */
function setsErrexit({ words: [program, ...options], assignments }: ShellCommand): boolean {
  if (program !== 'set' || assignments.length > 0 || options.some(word => word.startsWith('+'))) return false;
  return options.some((word, index) => {
    const isOption = options.slice(0, index).every((each, at) => isSetOption(each, options[at - 1]));
    return (
      isOption && (isNameOf(options[index - 1]) ? word === 'errexit' : /^-[A-Za-z]*e[A-Za-z]*$/.test(word))
    );
  });
}

/** Behind the first word that is none, `set` takes all for parameters: `set -- -e`. */
function isSetOption(word: string, before: string | undefined): boolean {
  return /^-[A-Za-z]+$/.test(word) || isNameOf(before);
}

/** Whether an option's name follows: `-o`, `-euo`. */
function isNameOf(word: string | undefined): boolean {
  return /^-[A-Za-z]*o$/.test(word ?? '');
}

/** Also what may run `set -e` unseen. */
function touchesErrexit({ words: [program = '', ...rest] }: ShellCommand): boolean {
  if (program === 'set') return rest.some(word => /^[-+]\w*e|^errexit$|[$`]/.test(word));
  if (program === 'shopt') return rest.includes('errexit');
  if (program === 'trap') return rest.some(word => word.toUpperCase() === 'ERR');
  return runsText(program);
}

/** Whether a command runs in the same shell what only the build will know: a file, or a text. */
function runsText(program: string): boolean {
  return program === 'eval' || program === '.' || program === 'source';
}

/**
 * Whether the last thing that a script does is to run what only the build will know. That may begin with `set -e`,
 * which a shell ignores in a command that `&&` follows.
 */
export function endsInText({ commands, members }: ShellScript): boolean {
  const last = members.at(-1)?.isCompound ? commands.filter(({ depth }) => depth > 0) : commands.slice(-1);
  return last.some(({ words: [program = ''] }) => runsText(program));
}
