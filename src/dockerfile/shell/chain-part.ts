import { SYSTEM_PROGRAMS } from '../../package-managers/package-managers.ts';
import { endsInText, findErrexit } from './continuation.ts';
import { leavesProcesses, replacesShell } from './left-behind.ts';
import type { ShellCommand, ShellMember, ShellScript } from './shell-command.ts';

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
 * a chain as it does alone. But `X && a; b` would run b though X failed, and `X && a || b` too; and `X && a &` would not
 * wait for X.
 */
function lastPart(script: ShellScript): ChainPart {
  if (!script.isWhole) return { problem: 'the end of one of the scripts is not clear' };
  return isListOfAnd(script.members) && !script.hasBackground ? 'bare' : 'subshell';
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
  if (replacesShell(script)) return { problem: 'one of the scripts makes another shell of /bin/sh' };
  const isChain = isListOfAnd(script.members);
  const isSimple = isChain && script.members.every(({ isCompound }) => !isCompound);
  if (!isSimple && findErrexit(script, hasErrexit) !== 'none') {
    return { problem: 'one of the scripts relies on `set -e`, which does not work in front of `&&`' };
  }
  if (endsInText(script)) {
    return { problem: 'one of the scripts runs commands that are not seen, which may rely on `set -e`' };
  }
  const isOver = !script.canBeContinued;
  return !isChain || isOver || isShared || changesShell(script) ? 'subshell' : 'bare';
}

/** Whether all of it is joined by `&&`, or by `|` which binds closer. */
export function isListOfAnd(members: readonly ShellMember[]): boolean {
  return members.every(({ operator }) => operator === 'start' || operator === '&&' || operator === '|');
}

/** A command as a member of a chain: alone when it is one, else in a subshell. */
export function asChainMember(text: string, { members }: ShellScript): string {
  return isListOfAnd(members) ? text : `( ${text} )`;
}

/** Commands that change the shell which runs them: its directory, variables, options, traps, or whether it goes on. */
const CHANGING: ReadonlySet<string> = new Set(
  (
    'cd pushd popd export readonly unset declare typeset local read getopts shift set shopt umask ulimit trap alias ' +
    'unalias hash exec exit return break continue let mapfile readarray enable printf eval . source command builtin'
  ).split(' '),
);

/** `${x:=y}` and `$((x = 1))` */
const ASSIGNING = /\$\{\w+:?=|\$\(\(/;

/** Whether commands that follow in the same shell could notice that the script ran before them. */
export function changesShell({ commands, text }: ShellScript): boolean {
  // The variable of a loop outlives it.
  const isLoop = /(?:^|[\s;&|({])(?:for|select)\s/.test(text);
  return isLoop || ASSIGNING.test(text) || commands.some(changes);
}

function changes({ words: [program = '', option], assignments }: ShellCommand): boolean {
  if (program === '' || (program === ':' && assignments.length > 0)) return true;
  // Of printf only `-v`, a variable, stays.
  if (program === 'printf') return option === '-v';
  // A variable may be any of them.
  return CHANGING.has(program) || /^[$`]/.test(program);
}

/** Builtins, and programs that no command of a RUN puts a newer one in front of. */
const SETTLED: ReadonlySet<string> = new Set([
  ...SYSTEM_PROGRAMS,
  ...(
    '[ [[ test true false : echo printf pwd type wait kill ' +
    'rm mv cp ln mkdir rmdir touch chmod chown chgrp install cat head tail cut sort uniq tr wc tee ls du df stat find ' +
    'grep sed awk tar gzip gunzip xz unxz bzip2 unzip zip curl wget sha256sum sha512sum md5sum gpg date env id uname ' +
    'basename dirname readlink realpath mktemp sleep xargs strip ldconfig ' +
    'useradd usermod userdel groupadd groupmod groupdel adduser addgroup deluser delgroup chpasswd passwd chsh ' +
    'update-ca-certificates update-alternatives locale-gen localedef ln'
  ).split(' '),
]);

/** Whether it is a builtin, or one of the programs that every system has or installs packages with. */
export function isSettled(program: string): boolean {
  return SETTLED.has(program);
}

/**
 * The programs that a shell looks up for a script, and whose place it then remembers: in the same shell `pip` stays
 * /usr/bin/pip, even when a newer one has come to /usr/local/bin. Settled ones are left out.
 */
export function programNames({ commands }: ShellScript): ReadonlySet<string> {
  return new Set(
    commands.flatMap(({ words: [program = ''] }) => {
      return program === '' || program.includes('/') || SETTLED.has(program) ? [] : [program];
    }),
  );
}
