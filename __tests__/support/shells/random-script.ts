// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell scripts
import type { RandomNumbers } from './random-numbers.ts';
import { RandomWords } from './random-words.ts';
import { StubNames } from './stub-names.ts';

export interface RandomScript {
  readonly text: string;
  /** Its stubs that are commands, in the order of the text; those of substitutions are left out. */
  readonly commands: readonly string[];
  /** Whether it has something that a reader may be unsure about: what shells do not agree about, and functions. */
  readonly isUnsure: boolean;
}

/** Where commands stand: what is in a substitution or may never be reached has names of its own. */
type Place = 'reached' | 'unreached' | 'substituted';

// biome-ignore format: a list
const BUILTINS = [
  ':', 'true', 'false', 'cd d1', 'cd ../d2', 'export X=2', 'unset X', 'set -e', 'set +e', 'set -eu',
  'set -x', '. ./f0', 'exit', 'exit 3', 'exit 0', 'exec x1 a', '[ a = "$K" ]', 'test -n "$X"', 'read X < f0',
  'umask 077', 'echo "z1;" z2 > f1', 'eval x2', 'x3', 'wait', 'trap : EXIT', 'printf %s\\\\n "$X" >> f1',
] as const;
const SUBJECTS = ['$K', '"$K"', 'a', '"a b"', 'in', '${K}', 'esac'] as const;
// biome-ignore format: a list
const PATTERNS = [
  'a', 'b', '"a b"', 'a|b', '*', 'a | "c d"', '[ab]*', 'in', '\\esac', "'x)'", '?', '${X:-a}',
] as const;
const ENDINGS = [';', ' ;', '\n', ' ', ' # z1', '\t\n\n', ' \\\n', ' &'] as const;
/** A script of all that POSIX has (Shell Command Language), written as people write it, and worse. */
export function randomScript(random: RandomNumbers): RandomScript {
  const names = new StubNames();
  return {
    text: new ScriptWriter(random, names).script(),
    commands: names.commands,
    isUnsure: names.isUnsure,
  };
}

class ScriptWriter {
  readonly #random: RandomNumbers;
  readonly #names: StubNames;
  readonly #words: RandomWords;

  constructor(random: RandomNumbers, names: StubNames) {
    this.#random = random;
    this.#names = names;
    this.#words = new RandomWords(random, names, () => this.#list(1, 'substituted'));
  }

  script(): string {
    const before = this.#random.isOneIn(6) ? this.#words.lineEnd() : '';
    const list = this.#list(3, 'reached');
    const ending = this.#random.isOneIn(4) ? this.#random.pick(ENDINGS) : '';
    return before + list + (this.#words.areDocumentsOpen ? this.#words.lineEnd() : ending);
  }

  // Lists.

  #list(depth: number, place: Place): string {
    let text = this.#andOr(depth, place);
    for (let more = this.#random.below(4) - 1; more > 0; more -= 1) {
      text += this.#separator() + this.#andOr(depth, place);
    }
    return text;
  }

  #separator(): string {
    const kind = this.#random.below(8);
    // Not `&>`.
    if (kind === 0) return `${this.#words.gap()}&${this.#words.blank()}`;
    return kind < 5 ? `${this.#words.gap()};${this.#words.gap()}` : this.#words.lineEnd();
  }

  #andOr(depth: number, place: Place): string {
    let text = this.#pipeline(depth, place);
    for (let more = this.#random.below(4) - 1; more > 0; more -= 1) {
      text += this.#operator(this.#random.pick(['&&', '&&', '||'])) + this.#pipeline(depth, place);
    }
    return text;
  }

  #pipeline(depth: number, place: Place): string {
    let text = (this.#random.isOneIn(8) ? `!${this.#words.blank()}` : '') + this.#command(depth, place);
    for (let more = this.#random.below(6) - 3; more > 0; more -= 1) {
      text += this.#operator('|') + this.#command(depth, place);
    }
    return text;
  }

  #operator(operator: string): string {
    const end = this.#random.isOneIn(4) ? this.#words.lineEnd() : this.#words.gap();
    return `${this.#words.gap()}${operator}${end}`;
  }

  #command(depth: number, place: Place): string {
    if (depth === 0 || !this.#random.isOneIn(3)) return this.#simple(place);
    const text = this.#compound(depth - 1, place);
    return this.#random.isOneIn(5) ? `${text}${this.#words.blank()}${this.#words.redirection()}` : text;
  }

  // Compound commands.

  #compound(depth: number, place: Place): string {
    const list = (): string => this.#list(depth, place);
    const maybe = (): string => this.#list(depth, place === 'substituted' ? place : 'unreached');
    switch (this.#random.below(9)) {
      case 0:
        return `(${this.#words.blank()}${list()}${this.#random.isOneIn(4) ? this.#close(')') : `${this.#words.gap()})`}`;
      case 1:
        return this.#tight(list());
      case 2:
      case 3:
        return `{${this.#words.blank()}${list()}${this.#close('}')}`;
      case 4:
      case 5:
        return this.#condition(list);
      case 6:
        return this.#random.isOneIn(2) ? this.#loop(list, place) : this.#forLoop(list, maybe);
      case 7:
        return this.#choice(maybe);
      default:
        return this.#random.isOneIn(3) ? this.#definition(maybe) : this.#condition(list);
    }
  }

  /** `((` is arithmetic to some shells. */
  #tight(list: string): string {
    this.#names.isUnsure ||= list.startsWith('(');
    return `(${list})`;
  }

  /** Behind `then`, `do` and the like. */
  #opening(): string {
    return this.#random.isOneIn(4) ? this.#words.lineEnd() : this.#words.blank();
  }

  /** What ends a list inside of a compound command. */
  #close(word: string): string {
    return (
      (this.#random.isOneIn(3) ? this.#words.lineEnd() : `${this.#words.gap()};${this.#words.gap()}`) + word
    );
  }

  #condition(list: () => string): string {
    const branch = (): string =>
      `${this.#opening()}${list()}${this.#close('then')}${this.#opening()}${list()}`;
    let text = `if${branch()}`;
    for (let more = this.#random.below(4) - 2; more > 0; more -= 1) text += this.#close('elif') + branch();
    if (this.#random.isOneIn(2)) text += `${this.#close('else')}${this.#opening()}${list()}`;
    return text + this.#close('fi');
  }

  /** Its condition is one that ends it. */
  #loop(list: () => string, place: Place): string {
    const kind = this.#random.pick(['while', 'until'] as const);
    const head = `${kind}${this.#opening()}`;
    const stub = place === 'substituted' ? null : this.#names.take(kind === 'while' ? 'w' : 'u');
    const condition = stub === null ? (kind === 'while' ? 'false' : 'true') : `${stub}${this.#words.words()}`;
    return `${head}${condition}${this.#close('do')}${this.#opening()}${list()}${this.#close('done')}`;
  }

  #forLoop(list: () => string, maybe: () => string): string {
    const name = this.#random.pick(['x', 'y_1', 'in', 'do', 'for', 'K']);
    const head = `for${this.#words.blank()}${name}`;
    const tail = (body: () => string): string => `do${this.#opening()}${body()}${this.#close('done')}`;
    // Dash does not find a here-document that begins behind the head of a loop.
    const mayEndLine = !this.#words.areDocumentsOpen;
    if (this.#random.isOneIn(4)) {
      const header = this.#random.pick(['', ';', ' in;']);
      return `${head}${header}${mayEndLine ? this.#opening() : ' '}${tail(maybe)}`;
    }
    const words = ` a${this.#words.blank()}${this.#words.word()}${this.#random.isOneIn(3) ? ' do' : ''}`;
    const isLine = mayEndLine && this.#random.isOneIn(2);
    const end = isLine ? this.#words.lineEnd() : `${this.#words.gap()};${this.#words.gap()}`;
    return `${head}${this.#words.blank()}in${words}${end}${tail(list)}`;
  }

  #choice(maybe: () => string): string {
    let text = `case${this.#words.blank()}${this.#random.pick(SUBJECTS)}${this.#opening()}in`;
    for (let left = this.#random.below(4); left > 0; left -= 1) {
      const pattern = `${this.#random.isOneIn(3) ? '(' : ''}${this.#random.pick(PATTERNS)}${this.#words.gap()})`;
      text += `${this.#opening()}${pattern}${this.#opening()}`;
      const body = this.#random.isOneIn(6) ? '' : maybe();
      text += body;
      // Behind the last pattern nothing need stand.
      if (left === 1 && body !== '' && this.#random.isOneIn(3)) text += this.#close('');
      else text += `${this.#random.isOneIn(3) ? this.#words.lineEnd() : this.#words.gap()};;`;
    }
    return `${text}${this.#opening()}esac`;
  }

  #definition(maybe: () => string): string {
    this.#names.isUnsure = true;
    return `f1()${this.#opening()}{ ${maybe()}${this.#close('}')}`;
  }

  // Simple commands.

  #simple(place: Place): string {
    if (place !== 'substituted' && this.#random.isOneIn(8)) {
      return this.#random.isOneIn(3) ? this.#words.assignment() : this.#random.pick(BUILTINS);
    }
    const assignment = this.#random.isOneIn(5) ? `${this.#words.assignment()}${this.#words.blank()}` : '';
    const redirection = this.#random.isOneIn(9) ? `${this.#words.redirection()}${this.#words.blank()}` : '';
    const name = this.#names.take(place === 'reached' ? 'c' : place === 'unreached' ? 'n' : 's');
    if (name === null) return `${assignment}:`;
    return `${assignment}${redirection}${this.#disguised(name)}${this.#words.words()}`;
  }

  /** A name as it may be written, too. */
  #disguised(name: string): string {
    if (!this.#random.isOneIn(8)) return name;
    const [letter, rest] = [name.slice(0, 1), name.slice(1)];
    const quoted = [`"${name}"`, `'${name}'`, `\\${name}`, `${letter}"${rest}"`, `''${name}`] as const;
    return this.#random.pick([...quoted, `${letter}\\\n${rest}`]);
  }
}
