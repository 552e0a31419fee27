/** A compound command that is open, and what may come next in it. */
type Frame =
  | { readonly kind: 'subshell' | 'brace' | 'parameters' }
  | { readonly kind: 'if' | 'loop'; readonly isCondition: boolean }
  | { readonly kind: 'case'; part: 'subject' | 'in' | 'pattern' | 'body' }
  | { readonly kind: 'header'; part: 'name' | 'in' | 'words' | 'do' };

const OPENING: ReadonlyMap<string, () => Frame> = new Map<string, () => Frame>([
  ['{', () => ({ kind: 'brace' })],
  ['if', () => ({ kind: 'if', isCondition: true })],
  ['while', () => ({ kind: 'loop', isCondition: true })],
  ['until', () => ({ kind: 'loop', isCondition: true })],
  ['for', () => ({ kind: 'header', part: 'name' })],
  ['select', () => ({ kind: 'header', part: 'name' })],
  ['case', () => ({ kind: 'case', part: 'subject' })],
]);

const CLOSING: ReadonlyMap<string, Frame['kind']> = new Map([
  ['}', 'brace'],
  ['fi', 'if'],
  ['done', 'loop'],
  ['esac', 'case'],
  [')', 'subshell'],
]);

/** Words behind which another list begins, and where they belong. */
const BETWEEN: ReadonlyMap<string, Frame['kind']> = new Map([
  ['then', 'if'],
  ['else', 'if'],
  ['elif', 'if'],
  ['do', 'loop'],
]);

/**
 * What a word or an operator was to the compound commands: `opened` or `closed` one, stands `between` two lists of
 * one, is a part of its `header`, is `wrong` where it stands, or belongs to none.
 */
export type Role = 'opened' | 'closed' | 'between' | 'header' | 'wrong' | 'none';

/** The compound commands that are open at a place of a script (POSIX Shell Command Language, 2.9.4). */
export class CompoundCommands {
  readonly #open: Frame[] = [];
  /** How many of them hold a failure back. */
  #holding = 0;

  get depth(): number {
    return this.#open.length;
  }

  /** Whether words are taken for something else than commands: behind `for`, behind `case`, in a pattern. */
  get isInHeader(): boolean {
    const top = this.#open.at(-1);
    return top?.kind === 'header' || (top?.kind === 'case' && top.part !== 'body');
  }

  /**
   * Whether a list that fails here makes the outermost compound command fail in the same shell: not in a subshell, nor
   * in a condition.
   */
  get passesFailureOn(): boolean {
    return this.#holding === 0;
  }

  /** A word where a command could begin. */
  reserved(word: string): Role {
    const opened = OPENING.get(word);
    if (opened !== undefined) {
      this.#push(opened());
      return 'opened';
    }
    const between = BETWEEN.get(word);
    if (between !== undefined) {
      const top = this.#open.at(-1);
      if (top?.kind !== between) return 'wrong';
      if ('isCondition' in top) {
        this.#pop();
        this.#push({ kind: top.kind, isCondition: word === 'elif' });
      }
      return 'between';
    }
    return CLOSING.has(word) ? this.close(word) : 'none';
  }

  openSubshell(): void {
    this.#push({ kind: 'subshell' });
  }

  /** The `(` of `name()`. */
  openParameters(): void {
    this.#push({ kind: 'parameters' });
  }

  close(word: string): Role {
    const top = this.#open.at(-1);
    if (top?.kind === 'parameters' && word === ')') {
      this.#pop();
      return 'between';
    }
    if (top === undefined || top.kind !== CLOSING.get(word)) return 'wrong';
    this.#pop();
    return 'closed';
  }

  /** A word in a header. */
  headerWord(word: string, isQuoted: boolean): Role {
    const top = this.#open.at(-1);
    if (top?.kind === 'header') return this.#loopHeader(top, isQuoted ? '' : word);
    if (top?.kind !== 'case') return 'wrong';
    if (top.part === 'subject') top.part = 'in';
    else if (top.part === 'in') {
      if (word !== 'in' || isQuoted) return 'wrong';
      top.part = 'pattern';
    } else if (word === 'esac' && !isQuoted) return this.close(word);
    return 'header';
  }

  #loopHeader(top: Frame & { kind: 'header' }, word: string): Role {
    if (word === 'do' && (top.part === 'do' || top.part === 'in')) {
      this.#pop();
      this.#push({ kind: 'loop', isCondition: false });
      return 'between';
    }
    if (top.part === 'do' || (top.part === 'in' && word !== 'in')) return 'wrong';
    if (top.part === 'name') top.part = 'in';
    else if (top.part === 'in') top.part = 'words';
    return 'header';
  }

  /** An operator in a header. */
  headerOperator(operator: string): Role {
    const top = this.#open.at(-1);
    if (top?.kind === 'header') {
      if (operator === 'newline' && top.part === 'do') return 'header';
      if ((operator !== ';' && operator !== 'newline') || top.part === 'name' || top.part === 'do') {
        return 'wrong';
      }
      top.part = 'do';
      return 'header';
    }
    if (top?.kind !== 'case') return 'wrong';
    if (operator === 'newline' && top.part !== 'subject') return 'header';
    if (top.part !== 'pattern') return 'wrong';
    if (operator === '(' || operator === '|') return 'header';
    if (operator !== ')') return 'wrong';
    top.part = 'body';
    return 'between';
  }

  /** `;;` behind the commands of a pattern. */
  nextPattern(): Role {
    const top = this.#open.at(-1);
    if (top?.kind !== 'case' || top.part !== 'body') return 'wrong';
    top.part = 'pattern';
    return 'between';
  }

  #push(frame: Frame): void {
    this.#open.push(frame);
    if (holdsFailure(frame)) this.#holding += 1;
  }

  #pop(): void {
    const frame = this.#open.pop();
    if (frame !== undefined && holdsFailure(frame)) this.#holding -= 1;
  }
}

function holdsFailure(frame: Frame): boolean {
  return frame.kind === 'subshell' || ('isCondition' in frame && frame.isCondition);
}
