import { CompoundCommands, type Role } from './compound-command.ts';
import {
  mayEnd,
  type ShellCommand,
  type ShellMember,
  type ShellOperator,
  type ShellScript,
} from './shell-command.ts';
import { type ShellToken, shellTokens } from './shell-token.ts';

/** Words before a command that are none. */
const PREFIXES: ReadonlySet<string> = new Set(['!', 'time']);
/** Words that begin no command: of some shells only, behind which this reader would be lost, or of none. */
const FOREIGN: ReadonlySet<string> = new Set(['function', 'coproc', ']]', 'in']);
/** An element of an array to some shells. */
const ELEMENT = /^[A-Za-z_]\w*\[/;
const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

interface Draft {
  words: string[];
  assignments: string[];
  start: number;
  end: number;
  operator: ShellOperator;
  depth: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * `list`: a command may begin or not. `open`: it has to, after `&&`, `||`, `|` or `!`. `command`: inside of a simple
 * one. `compound`: behind one.
 */
type Place = 'list' | 'open' | 'command' | 'compound';

/**
 * Reads a POSIX shell script (2.9 and 2.10 of the Shell Command Language) into its simple commands. Never throws: of
 * what it does not understand (functions, here-documents, unclosed quotes) it says that it cannot be continued.
 */
export function readScript(text: string): ShellScript {
  return new ScriptReader(text).read();
}

class ScriptReader {
  readonly #text: string;
  readonly #commands: ShellCommand[] = [];
  readonly #members: Mutable<ShellMember>[] = [];
  readonly #compounds = new CompoundCommands();
  #draft: Draft | null = null;
  #place: Place = 'list';
  #operator: ShellOperator = 'start';
  #isNegated = false;
  #hasPrefix = false;
  #isOdd = false;
  #hasDocument = false;
  #hasBackground = false;
  /** Behind the last opening parenthesis. */
  #parenthesisEnd = -1;

  constructor(text: string) {
    this.#text = text;
  }

  read(): ShellScript {
    let last: ShellToken | null = null;
    for (const token of shellTokens(this.#text)) {
      this.#take(token);
      last = token;
    }
    if (this.#isInTest('word')) this.#isOdd = true;
    this.#close();
    // A carriage return is a letter of a word for the shell, and hardly what was meant.
    const isOdd = this.#isOdd || this.#compounds.depth > 0 || this.#text.includes('\r');
    const isUnderstood = !isOdd && this.#place !== 'open';
    const isWhole =
      isUnderstood && !this.#hasDocument && this.#members.length > 0 && last?.kind !== 'comment';
    const endsOpen = this.#place === 'list';
    const isSimple = !this.#hasPrefix && this.#members.every(({ isCompound }) => !isCompound);
    return {
      text: this.#text,
      commands: this.#commands,
      members: this.#members,
      isChain:
        isWhole &&
        !endsOpen &&
        isSimple &&
        this.#commands.every(({ operator }) => operator === 'start' || operator === '&&'),
      isUnderstood,
      isWhole,
      canBeContinued: isWhole && !endsOpen && !this.#commands.some(mayEnd),
      hasBackground: this.#hasBackground,
    };
  }

  #take(token: ShellToken): void {
    if (this.#isInTest(token.kind)) this.#test(token);
    else if (token.kind === 'word') this.#word(token);
    else if (token.kind === 'redirection') this.#redirect(token);
    else if (token.kind === 'operator') this.#operate(token);
    else if (token.kind === 'unclosed') this.#isOdd = true;
  }

  #isInTest(kind: ShellToken['kind']): boolean {
    const words = this.#draft?.words ?? [];
    return words[0] === '[[' && words.at(-1) !== ']]' && kind !== 'unclosed';
  }

  /** Between `[[` and `]]` operators are words, but not to all shells. */
  #test(token: ShellToken): void {
    const isWord = token.kind === 'word';
    if (!isWord) this.#isOdd = true;
    this.#extend(token, isWord ? token.value : token.text);
  }

  #word(token: ShellToken): void {
    const { value, isQuoted } = token;
    if (this.#compounds.isInHeader) {
      this.#enter(this.#compounds.headerWord(value, isQuoted));
      return;
    }
    if (this.#draft === null && !isQuoted && this.#reserved(value)) return;
    if (this.#place === 'compound') this.#isOdd = true;
    const isFirst = (this.#draft?.words.length ?? 0) === 0;
    if (isFirst && ((FOREIGN.has(value) && !isQuoted) || ELEMENT.test(token.text))) this.#isOdd = true;
    const isAssignment = isFirst && ASSIGNMENT.test(token.text);
    if (isAssignment) this.#extend(token).assignments.push(value);
    else this.#extend(token, value);
  }

  /** @returns whether the word is one of the shell's own */
  #reserved(value: string): boolean {
    if (PREFIXES.has(value) && this.#place !== 'compound') {
      this.#hasPrefix = true;
      if (value === '!') {
        this.#isNegated = true;
        this.#ignoreFailure();
      }
      this.#place = 'open';
      return true;
    }
    const operator = this.#operator;
    const { depth } = this.#compounds;
    const wasCompound = this.#place === 'compound';
    const role = this.#compounds.reserved(value);
    if (role === 'opened') {
      this.#isOdd ||= wasCompound;
      this.#begin(operator, depth, true);
    } else if (role === 'closed' && this.#place === 'open') this.#isOdd = true;
    this.#enter(role);
    return role !== 'none';
  }

  #enter(role: Role): void {
    if (role === 'wrong') this.#isOdd = true;
    if (role === 'opened' || role === 'between') {
      this.#place = 'list';
      this.#operator = 'start';
    } else if (role === 'closed') this.#place = 'compound';
  }

  #operate(token: ShellToken): void {
    const { text } = token;
    if (this.#compounds.isInHeader) this.#enter(this.#compounds.headerOperator(text));
    else if (text === '(') this.#parenthesis(token);
    else {
      this.#close();
      if (text === ')') {
        if (this.#place === 'open') this.#isOdd = true;
        this.#enter(this.#compounds.close(')'));
      } else if (text === ';;') this.#enter(this.#compounds.nextPattern());
      else this.#separate(isOperator(text) ? text : ';');
    }
  }

  #parenthesis({ start, end }: ShellToken): void {
    // `((x++))` is arithmetic to some shells.
    if (start === this.#parenthesisEnd) this.#isOdd = true;
    this.#parenthesisEnd = end;
    // `name()` defines a function: its name is not a command.
    if (this.#draft !== null || this.#place === 'compound') {
      this.#isOdd = true;
      this.#draft = null;
      this.#compounds.openParameters();
    } else {
      this.#begin(this.#operator, this.#compounds.depth, true);
      this.#compounds.openSubshell();
    }
    this.#enter('opened');
  }

  #separate(operator: ShellOperator): void {
    const hasCommand = this.#place === 'command' || this.#place === 'compound';
    if (operator === 'newline') {
      // A line that ends in an operator goes on in the next, and empty lines are none.
      if (!hasCommand) return;
    } else if (!hasCommand) this.#isOdd = true;
    this.#hasBackground ||= operator === '&';
    if (operator === '&&' || operator === '||') this.#ignoreFailure();
    this.#operator = operator;
    this.#place = ['&&', '||', '|'].includes(operator) ? 'open' : 'list';
  }

  #redirect(token: ShellToken): void {
    this.#hasDocument ||= token.text === '<<' || token.text === '<<-';
    // `a &> b` is `a &` to some shells, and their `> b` another command.
    const isForeign = token.text.startsWith('&>');
    if (isForeign || token.value === '' || this.#compounds.isInHeader) this.#isOdd = true;
    if (this.#place !== 'compound' && !this.#compounds.isInHeader) this.#extend(token);
  }

  #extend({ start, end }: ShellToken, word?: string): Draft {
    if (this.#draft === null) {
      const { depth } = this.#compounds;
      this.#draft = { words: [], assignments: [], start, end, operator: this.#operator, depth };
      this.#begin(this.#operator, depth, false);
    }
    this.#draft.end = end;
    if (word !== undefined) this.#draft.words.push(word);
    this.#place = 'command';
    return this.#draft;
  }

  #begin(operator: ShellOperator, depth: number, isCompound: boolean): void {
    if (depth === 0) {
      this.#members.push({ operator, isCompound, isNegated: this.#isNegated, canFailUnseen: false });
    }
    this.#isNegated = false;
  }

  /** A command whose failure `set -e` ignores. */
  #ignoreFailure(): void {
    const member = this.#members.at(-1);
    if (member !== undefined && this.#compounds.depth > 0 && this.#compounds.passesFailureOn) {
      member.canFailUnseen = true;
    }
  }

  #close(): void {
    if (this.#draft !== null) this.#commands.push(this.#draft);
    this.#draft = null;
  }
}

function isOperator(text: string): text is ShellOperator {
  return ['&&', '||', ';', '|', '&', 'newline'].includes(text);
}
