import { type ChainPart, chainParts, changesShell, isListOfAnd, programNames } from './chain-part.ts';
import { endsAtFailure, endsInText, findErrexit } from './continuation.ts';
import { leavesProcesses, replacesShell } from './left-behind.ts';
import type { ShellScript } from './shell-command.ts';
import { leadingOptions } from './shell-options.ts';

/** One of several scripts that become one. */
export interface JoinedPart {
  readonly form: 'bare' | 'subshell';
  /** Where its text begins: behind a `set` that the shell has done already, else 0. */
  readonly from: number;
}

/** How scripts that were run one after the other, each by a shell of its own, are run by one shell. */
export interface JoinedScripts {
  readonly joint: '&&' | ';';
  /** What the shell is to do before all of them. */
  readonly opening: '' | 'set -e';
  readonly parts: readonly JoinedPart[];
}

/**
 * Joins scripts of which each was run only when the one before it had succeeded.
 * @param hasErrexit whether their shells were started with `-e`
 */
export function joinScripts(
  scripts: readonly ShellScript[],
  hasErrexit: boolean,
): JoinedScripts | { readonly problem: string } {
  if (scripts.slice(0, -1).some(script => needsErrexit(script, hasErrexit)))
    return joinStatements(scripts, hasErrexit);
  const parts = chainParts(scripts, hasErrexit);
  const forms = parts.filter(part => typeof part === 'string');
  const unfit = parts.find((part): part is Exclude<ChainPart, string> => typeof part === 'object');
  return unfit ?? { joint: '&&', opening: '', parts: forms.map(form => ({ form, from: 0 })) };
}

/** Whether it goes wrong without `-e`, which a shell ignores in front of `&&`: also in a subshell. */
function needsErrexit(script: ShellScript, hasErrexit: boolean): boolean {
  return !isSimpleChain(script) && findErrexit(script, hasErrexit) !== 'none';
}

function isSimpleChain({ members }: ShellScript): boolean {
  return isListOfAnd(members) && members.every(({ isCompound }) => !isCompound);
}

/**
 * Joined by `;` in a shell with `-e`, as their authors write it. A part stands bare where its failure is sure to end that
 * shell and nothing of it is left for the next one; else in a subshell, whose failure ends the shell always: it is a
 * command by itself, whatever failed in it.
 */
function joinStatements(
  scripts: readonly ShellScript[],
  hasErrexit: boolean,
): JoinedScripts | { readonly problem: string } {
  for (const [index, script] of scripts.entries()) {
    const problem = statementProblem(script, hasErrexit, index === scripts.length - 1);
    if (problem !== null) return { problem };
  }
  const later = new Set<string>();
  const own = scripts.map(leadingOptions);
  const forms: JoinedPart['form'][] = [];
  for (const [index, script] of [...scripts.entries()].reverse()) {
    const names = programNames(withoutOptions(script));
    const isShared = [...names].some(name => later.has(name));
    const isLast = index === scripts.length - 1;
    // Whoever comes later has to have these options, too: nothing switches them off again.
    const isKept = [...(own[index] ?? [])].every(
      option => option === 'e' || own.slice(index + 1).every(options => options.has(option)),
    );
    forms.unshift(isLast || (isKept && !isShared && staysBare(script)) ? 'bare' : 'subshell');
    for (const name of names) later.add(name);
  }
  const [first] = own;
  const isOpen = hasErrexit || (forms[0] === 'bare' && first?.has('e') === true);
  const done = new Set<string>(['e']);
  const parts = forms.map((form, index): JoinedPart => {
    const options = own[index] ?? new Set();
    const isSet = options.size > 0 && [...options].every(option => done.has(option));
    const isDone = isSet && index > 0 && form === 'bare';
    if (form === 'bare') for (const option of options) done.add(option);
    const script = scripts[index];
    return { form, from: isDone && script !== undefined ? behindOptions(script) : 0 };
  });
  return { joint: ';', opening: isOpen ? '' : 'set -e', parts };
}

function statementProblem(script: ShellScript, hasErrexit: boolean, isLast: boolean): string | null {
  if (!script.isWhole) return 'the end of one of the scripts is not clear';
  if (!isLast && leavesProcesses(script)) {
    return 'one of the scripts leaves processes behind, which the end of its RUN ends';
  }
  if (!isLast && replacesShell(script)) return 'one of the scripts makes another shell of /bin/sh';
  if (endsInText(script)) return 'one of the scripts runs commands that are not seen';
  const errexit = findErrexit(script, hasErrexit);
  if (errexit === 'unsure') return 'one of the scripts relies on `set -e` in a part of it';
  if (errexit === 'all') return null;
  // In a shell with `-e` it would end where it has gone on; and so would what it substitutes, in some shells.
  return isSimpleChain(script) && !/[`]|\$\(|[<>]\(/.test(script.text)
    ? null
    : 'one of the scripts goes on behind a failure, and another relies on `set -e`';
}

/** Whether its failure ends a shell with `-e`, and commands behind it in the same shell could not notice that it ran. */
function staysBare(script: ShellScript): boolean {
  return script.canBeContinued && endsAtFailure(script) && !changesShell(withoutOptions(script));
}

/** The script as it is behind its first `set`. */
function withoutOptions(script: ShellScript): ShellScript {
  return leadingOptions(script).size === 0 ? script : { ...script, commands: script.commands.slice(1) };
}

/** Behind `set -eux; `; 0 where something else than `;` follows, or nothing does. */
function behindOptions({ text, commands }: ShellScript): number {
  const [first] = commands;
  if (first === undefined || text.slice(first.start, first.end) !== first.words.join(' ')) return 0;
  const [separator = ''] = /^[ \t]*;[ \t]*/.exec(text.slice(first.end)) ?? [];
  const from = first.end + separator.length;
  return separator === '' || from >= text.length ? 0 : from;
}
