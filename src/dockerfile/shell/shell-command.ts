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

/** A shell script as far as it has to be understood: its commands, and what would break where text is added. */
export interface ShellScript {
  readonly text: string;
  readonly commands: readonly ShellCommand[];
  /** Whether it is nothing but simple commands with `&&` between them. */
  readonly isChain: boolean;
  /** Whether `&& more` behind it is run after all of it, and only then: no open end, no comment, no `&`, no `exit`. */
  readonly canBeContinued: boolean;
}
