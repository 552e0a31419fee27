import { endsInText, errexitOf } from './errexit.ts';
import { programNames } from './program-names.ts';
import type { ShellMember, ShellScript } from './shell-command.ts';
import { changesShell, leavesProcesses } from './shell-state.ts';

/** What a script has to become so that it can be a part of `… && part && …`; or why it cannot be one. */
export type ChainPart = 'bare' | 'subshell' | { readonly problem: string };

/**
 * Decides for each of several scripts that were run one after the other, each by a shell of its own and only when the
 * one before it had succeeded, and that one shell is to run now: joined by `&&`.
 * @param hasErrexit whether those shells were started with `-e`
 */
export function chainParts(scripts: readonly ShellScript[], hasErrexit: boolean): readonly ChainPart[] {
  const later = new Set<string>();
  const parts: ChainPart[] = [];
  for (const [index, script] of [...scripts.entries()].reverse()) {
    const names = programNames(script);
    const isShared = [...names].some(name => later.has(name));
    parts.unshift(
      index === scripts.length - 1 ? lastPart(script) : earlierPart(script, hasErrexit, isShared),
    );
    for (const name of names) later.add(name);
  }
  return parts;
}

/**
 * Nothing runs behind it, so that what it does to the shell does not matter, and `set -e` works in the last command of
 * a chain as it does alone. But `X && a; b` would run b though X failed, and `X && a || b` too.
 */
function lastPart(script: ShellScript): ChainPart {
  if (!script.isWhole) return { problem: 'the end of one of the scripts is not clear' };
  return isListOfAnd(script.members) ? 'bare' : 'subshell';
}

/**
 * - In `X && a; b && Y` a failing X would not keep b and Y from running, and `exit`, `cd`, variables and options of a
 *   script would reach Y: a subshell is the shell of its own that the script had.
 * - A shell ignores `-e` in all of a command that `&&` follows, also in its subshells: a script that needs it would
 *   go on behind a failure. A chain of simple commands does not need it: the first that fails ends the chain.
 * - Commands that are still running were ended with the RUN; now they would run beside the next script.
 */
function earlierPart(script: ShellScript, hasErrexit: boolean, isShared: boolean): ChainPart {
  if (!script.isWhole) return { problem: 'the end of one of the scripts is not clear' };
  if (leavesProcesses(script)) {
    return { problem: 'one of the scripts leaves processes behind, which the end of its RUN ends' };
  }
  const isChain = isListOfAnd(script.members);
  const isSimple = isChain && script.members.every(({ isCompound }) => !isCompound);
  if (!isSimple && errexitOf(script, hasErrexit) !== 'none') {
    return { problem: 'one of the scripts relies on `set -e`, which does not work in front of `&&`' };
  }
  if (endsInText(script)) {
    return { problem: 'one of the scripts runs commands that are not seen, which may rely on `set -e`' };
  }
  const isOver = !script.canBeContinued;
  return !isChain || isOver || isShared || changesShell(script) ? 'subshell' : 'bare';
}

/** Whether all of it is joined by `&&`, or by `|` which binds closer. */
function isListOfAnd(members: readonly ShellMember[]): boolean {
  return members.every(({ operator }) => operator === 'start' || operator === '&&' || operator === '|');
}

/** A command as a member of a chain: alone when it is one, else in a subshell. */
export function asChainMember(text: string, { members }: ShellScript): string {
  return isListOfAnd(members) ? text : `( ${text} )`;
}
