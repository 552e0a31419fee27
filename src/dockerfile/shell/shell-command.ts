/** What stands between a command and the one before it; `start` for the first of a script or of a group. */
export type ShellOperator = 'start' | '&&' | '||' | ';' | '|' | '&' | 'newline';

/** A simple command of a shell script: `FOO=bar apt-get install -y gcc >/dev/null`. */
export interface ShellCommand {
  /** Without quotes and escapes; assignments before the command and redirections are left out. */
  readonly words: readonly string[];
  /** `FOO=bar` before the command. */
  readonly assignments: readonly string[];
  /** Offsets into the script's text: from the first word, assignment or redirection to the end of the last. */
  readonly start: number;
  readonly end: number;
  readonly operator: ShellOperator;
  /** 0 at the top; more inside of groups, subshells, loops, conditions and functions. */
  readonly depth: number;
}

/** What stands at the top of a script: a simple command, or a compound one with all that is in it. */
export interface ShellMember {
  /** What stands between it and the one before it; `start` for the first. */
  readonly operator: ShellOperator;
  readonly isCompound: boolean;
  /** `!` before it. */
  readonly isNegated: boolean;
  /**
   * Whether `&&`, `||` or `!` in it may make it fail though `set -e` does not end the shell: `{ a && b; }`. Not where
   * a subshell ends with it.
   */
  readonly canFailUnseen: boolean;
}

/** A shell script as far as it has to be understood: its commands, and what would break where text is added. */
export interface ShellScript {
  readonly text: string;
  readonly commands: readonly ShellCommand[];
  readonly members: readonly ShellMember[];
  /** Whether it is nothing but simple commands with `&&` between them. */
  readonly isChain: boolean;
  /**
   * Whether the commands are those that a shell would run, and all quotes and compound commands are closed. False when
   * unsure: functions, `case` in a substitution, what only some shells know.
   */
  readonly isUnderstood: boolean;
  /** Whether it means the same between `( ` and ` )`: understood, without here-documents or a comment at its end. */
  readonly isWhole: boolean;
  /**
   * Whether `&& more` behind it is run after all of it, and only then: whole, no open end, no `&`, and no `exit`
   * with which the build goes on. False when unsure.
   */
  readonly canBeContinued: boolean;
  /** Whether it starts commands that it does not wait for: `&` anywhere. */
  readonly hasBackground: boolean;
}

/** Whether the script may be over behind it while the build goes on: `exit 1` fails the build, `exec` is another program. */
export function mayEnd({ words: [word = '', status], operator }: ShellCommand): boolean {
  if (word === 'exec' || word === 'return') return true;
  if (word !== 'exit') return false;
  return status === undefined
    ? operator !== '||'
    : !/^0*[1-9]\d{0,2}$/.test(status) || Number(status) % 256 === 0;
}
