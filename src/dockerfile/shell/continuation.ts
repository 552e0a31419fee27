import { endsInText, errexitOf } from './errexit.ts';
import type { ShellMember, ShellScript } from './shell-command.ts';

/** What goes between a script and a command that is to run after it: a separator, or why none does. */
export type Continuation = '&&' | ';' | { readonly problem: string };

/**
 * The command is to run when the script has succeeded, and a script that fails has to fail as before.
 *
 * `a; b && more` and `a || b && more` do that: `&&` belongs to the whole list in front of it, which is the last one of
 * the script and gave its status. But a shell ignores `-e` in what `&&` follows: where a compound command needs it,
 * only `;` does, behind a list that cannot fail without ending the script: a single command. `a && b` can.
 * @param hasErrexit whether the shell is started with `-e`
 */
export function continuation(script: ShellScript, hasErrexit: boolean): Continuation {
  if (!script.canBeContinued) return { problem: 'nothing can be added safely behind its last command' };
  if (endsInText(script)) return { problem: 'its last command runs others that are not seen' };
  const errexit = errexitOf(script, hasErrexit);
  if (errexit === 'none') return '&&';
  const list = lastList(script.members);
  const isSimple = list.every(({ isCompound }) => !isCompound);
  const isOne = list.every(({ operator }, index) => index === 0 || operator === '|');
  const endsAtFailure = errexit === 'all' && isOne && list[0]?.isNegated === false;
  const isOfLines = list.length < script.members.length;
  if (endsAtFailure && (isOfLines || !isSimple)) return ';';
  return isSimple ? '&&' : { problem: 'its last command relies on `set -e`' };
}

/** The members behind the last separator: the list whose status is the script's. */
function lastList(members: readonly ShellMember[]): readonly ShellMember[] {
  const separator = members.findLastIndex(({ operator }) => [';', 'newline', '&'].includes(operator));
  return members.slice(Math.max(0, separator));
}
