import type { ShellCommand, ShellOperator, ShellScript } from './shell-command.ts';
import { type ShellToken, shellTokens } from './shell-token.ts';

/** Words that begin or end a compound command, where a command could stand. */
const OPENING: ReadonlySet<string> = new Set(['{', 'if', 'while', 'until', 'for', 'select', 'case']);
const CLOSING: ReadonlySet<string> = new Set(['}', 'fi', 'done', 'esac']);
/** Words behind which another command begins. */
const BETWEEN: ReadonlySet<string> = new Set(['then', 'else', 'elif', 'do', '!', 'time']);
/** Nothing that is written behind them is ever run, or it is run by another program. */
const ENDING: ReadonlySet<string> = new Set(['exit', 'exec', 'return']);
const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

interface Draft {
  words: string[];
  assignments: string[];
  start: number;
  end: number;
  operator: ShellOperator;
  depth: number;
}

/**
 * Reads a POSIX shell script (2.9 and 2.10 of the Shell Command Language) into its simple commands. Never throws: of
 * what it does not understand (functions, here-documents, unclosed quotes) it says that it cannot be continued.
 */
export function readScript(text: string): ShellScript {
  const reader = new ScriptReader(text);
  return reader.read();
}

class ScriptReader {
  readonly #text: string;
  readonly #commands: ShellCommand[] = [];
  #draft: Draft | null = null;
  #operator: ShellOperator = 'start';
  #depth = 0;
  #isCompound = false;
  #isOdd = false;
  /** The header of a `for` or `case` up to its first `do` or `in`: words, not commands. */
  #header: 'for' | 'case' | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  read(): ShellScript {
    let last: ShellToken | null = null;
    for (const token of shellTokens(this.#text)) {
      this.#take(token);
      last = token;
    }
    this.#close();
    const endsOpen =
      last === null || last.kind === 'comment' || (last.kind === 'operator' && last.text !== ')');
    const top = this.#commands.filter(command => command.depth === 0);
    const isEnded = top.some(({ words: [word = ''], operator }) => ENDING.has(word) && operator !== '||');
    const isOdd = this.#isOdd || this.#depth !== 0;
    return {
      text: this.#text,
      commands: this.#commands,
      isChain:
        !isOdd &&
        !endsOpen &&
        !this.#isCompound &&
        this.#commands.every(({ operator }) => operator === 'start' || operator === '&&'),
      canBeContinued: !isOdd && !endsOpen && !isEnded,
    };
  }

  #take(token: ShellToken): void {
    switch (token.kind) {
      case 'word':
        this.#word(token);
        break;
      case 'redirection':
        if (token.text.startsWith('<<') && token.text !== '<<<') this.#isOdd = true;
        this.#extend(token);
        break;
      case 'operator':
        this.#operate(token);
        break;
      case 'unclosed':
        this.#isOdd = true;
        break;
      case 'comment':
        break;
    }
  }

  #word(token: ShellToken): void {
    const { value, isQuoted } = token;
    if (this.#header !== null) {
      if (value === 'in' || value === 'do') this.#endHeader(value);
      return;
    }
    const isFirst = this.#draft === null || (this.#draft.words.length === 0 && !isQuoted);
    if (isFirst && !isQuoted && this.#draft === null && this.#keyword(value)) return;
    const draft = this.#open(token);
    if (draft.words.length === 0 && ASSIGNMENT.test(token.text)) draft.assignments.push(value);
    else draft.words.push(value);
    draft.end = token.end;
  }

  /** @returns whether the word is one of the shell's own */
  #keyword(value: string): boolean {
    if (OPENING.has(value)) {
      this.#isCompound = true;
      this.#depth += 1;
      if (value === 'for' || value === 'select') this.#header = 'for';
      else if (value === 'case') this.#header = 'case';
    } else if (CLOSING.has(value)) {
      this.#depth -= 1;
      if (this.#depth < 0) this.#isOdd = true;
      return true;
    } else if (!BETWEEN.has(value)) return false;
    if (value === 'function') this.#isOdd = true;
    this.#isCompound = true;
    this.#operator = 'start';
    return true;
  }

  #endHeader(word: string): void {
    // Behind `for x in` come words, up to the `do`; behind `case x in` the first pattern.
    if (this.#header === 'for' && word === 'in') return;
    if (this.#header === 'case') this.#isOdd = true;
    this.#header = null;
    this.#operator = 'start';
  }

  #operate({ text }: ShellToken): void {
    if (this.#header === 'for' && (text === ';' || text === 'newline')) return;
    if (text === '(') {
      // `name()` defines a function.
      if (this.#draft !== null) this.#isOdd = true;
      this.#close();
      this.#isCompound = true;
      this.#depth += 1;
      this.#operator = 'start';
      return;
    }
    const hadCommand = this.#draft !== null;
    this.#close();
    if (text === ')') {
      this.#depth -= 1;
      if (this.#depth < 0) this.#isOdd = true;
      return;
    }
    if (text === ';;') this.#isOdd = true;
    // A line that ends in an operator goes on in the next.
    if (text === 'newline' && !hadCommand && this.#operator !== 'newline') return;
    this.#operator = isOperator(text) ? text : ';';
  }

  #extend(token: ShellToken): void {
    this.#open(token).end = token.end;
  }

  #open({ start, end }: ShellToken): Draft {
    this.#draft ??= {
      ...{ words: [], assignments: [], start, end },
      ...{ operator: this.#operator, depth: this.#depth },
    };
    return this.#draft;
  }

  #close(): void {
    if (this.#draft !== null) this.#commands.push(this.#draft);
    this.#draft = null;
  }
}

function isOperator(text: string): text is ShellOperator {
  return ['&&', '||', ';', '|', '&', 'newline'].includes(text);
}
