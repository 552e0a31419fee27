import type { ShellCommand, ShellScript } from './shell-command.ts';

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

/** Started commands that may outlive the one that started them: the end of a RUN is what ends them. */
export function leavesProcesses({ commands, hasBackground }: ShellScript): boolean {
  return (
    hasBackground ||
    commands.some(({ words: [program = ''] }) =>
      /(?:^|\/)(?:nohup|setsid|service|start-stop-daemon|daemonize|invoke-rc\.d|rc-service)$|\/init\.d\//.test(
        program,
      ),
    )
  );
}

/** Whether the script may be over behind it while the build goes on: `exit 1` fails the build, `exec` is another program. */
export function mayEnd({ words: [word = '', status], operator }: ShellCommand): boolean {
  if (word === 'exec' || word === 'return') return true;
  if (word !== 'exit') return false;
  return status === undefined
    ? operator !== '||'
    : !/^0*[1-9]\d{0,2}$/.test(status) || Number(status) % 256 === 0;
}
