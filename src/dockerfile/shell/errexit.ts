import type { ShellCommand, ShellScript } from './shell-command.ts';

/** Whether a shell stops at the first command that fails: for all of a script, for none of it, or for parts of it. */
export type Errexit = 'all' | 'none' | 'unsure';

/**
 * `set -e` and what amounts to it.
 * @param isGiven whether the shell was started with `-e`
 */
export function errexitOf(script: ShellScript, isGiven: boolean): Errexit {
  const settings = script.commands.filter(touchesErrexit);
  const [first] = settings;
  if (first === undefined) return isGiven ? 'all' : 'none';
  const isSetFirst =
    settings.length === 1 && first === script.commands[0] && script.members[0]?.isCompound === false;
  return isSetFirst && setsErrexit(first) ? 'all' : 'unsure';
}

function setsErrexit({ words: [program, ...options], assignments }: ShellCommand): boolean {
  return program === 'set' && assignments.length === 0 && /^-[a-df-z]*e[a-z]*$/.test(options[0] ?? '');
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
