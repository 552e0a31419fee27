// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell scripts
import type { RandomNumbers } from './random-numbers.ts';
import type { StubNames } from './stub-names.ts';

// biome-ignore format: a list
const PLAIN = [
  'a', '-b', '--c=d', 'e_f', 'x=y', 'a#b', '1', 'a,b', 'ü', '@', '%', 'a]', '-', 'a:b', '^',
] as const;
// biome-ignore format: a list
const RESERVED = [
  'if', 'then', 'fi', 'do', 'done', '{', '}', '!', 'case', 'esac', 'in', 'time', 'for', '{a}', '[[',
] as const;
// biome-ignore format: a list
const ESCAPED = [
  'a\\ b', '\\#', '\\\\', '\\"', "\\'", '\\$X', '\\`', 'a\\\nb', '\\;', '\\&\\&', '\\(', '\\<', '\\~',
] as const;
// biome-ignore format: a list
const QUOTED = [
  "'z1; z2'", '"z3 && z4"', '"a\\"b z5"', "'a\\'", '"a\\\\"', '"\\$X"', '"a\\nb"', '"a\\\nb"', '"\nz6\n"',
  "'\nz7\n'", '"\'"', "'\"'", '""', "''", "'#'", '"# a"', "'$(z8)'", '"\\$(z9)"', '"\\`z10\\`"', '"a b"',
  '"$X"', '"$"', "'$'a", '"\\a\\ "',
] as const;
// biome-ignore format: a list
const EXPANSIONS = [
  '$X', '${X}', '"${X}"', '${X:-a}', '"${X:-a b}"', "${X:-'a b'}", '"${X:-"a}"}"', '${X:-a b}', '${X#a}',
  '${#X}', '${X%"}"}', '${X:-\\}}', '${X:-${K}}', '$((1 + 2))', '$(( (1 + 2) * 3 ))', '"$((1 << 2))"',
  '$((${#X} + 1))', '$#', '$?', '"$@"', '$1', '${1:-#}', '${X:-#a}', '${X:-}}',
] as const;
/** Shells do not agree where the braces end. */
const ODD_EXPANSIONS = ['"${X:-\'a\'}"', '"${X:-it\'s}"'] as const;
// biome-ignore format: a list
const BACKQUOTED = [
  's1', 's1 a', 's2 "a b"', "s3 'c'", 's4 \\$X', 's5 | :', 's6; :', 's7 "$X"', 's8 \\`:\\`',
] as const;
// biome-ignore format: a list
const VALUES = [
  '1', '', '"a b"', "'c;d'", '$K', '"$(echo b)"', 'a\\ b', '`echo a`', '${X:-1}', '$((1 + 2))', '~/x', 'a=b',
] as const;
// biome-ignore format: a list
const REDIRECTIONS = [
  '>f1', '> f1', '2>f2', '2> f2', '2>&1', '>&2', '<f0', '< f0', '>>f1', '>|f1', '>| f1', '<> f1', '>"f 1"',
  '3>&1', '4>&-', '>f\\\n1',
] as const;
// biome-ignore format: a list
const COMMENTS = [
  '#z11', "# it's z12", '# "z13', '# z14 \\', '# `z15', '# $(z16', '# ) z17', '# <<E z18',
] as const;
/** Lines of a here-document whose delimiter is quoted, and of one whose is not. */
const VERBATIM = ["it's", '"', '$(', '`', 'x \\', '${', 'z19 && (', '', '# )', 'E'] as const;
const EXPANDED = ["it's", '"', '$X', '\\$(', '$(echo b)', 'z20 && (', '', '# )', 'E'] as const;

/** Writes the words of a script and what stands between them. Stubs named `z` are text: no shell must run them. */
export class RandomWords {
  readonly #random: RandomNumbers;
  readonly #names: StubNames;
  readonly #writeList: () => string;
  /** Bodies of the here-documents that this line has opened. */
  #documents: string[] = [];

  /** @param writeList writes the commands of a substitution */
  constructor(random: RandomNumbers, names: StubNames, writeList: () => string) {
    this.#random = random;
    this.#names = names;
    this.#writeList = writeList;
  }

  /** Whether here-documents wait for the end of the line. */
  get areDocumentsOpen(): boolean {
    return this.#documents.length > 0;
  }

  blank(): string {
    return this.#random.isOneIn(9) ? this.#random.pick(['  ', '\t', ' \\\n', '\\\n ', ' \\\n\t']) : ' ';
  }

  /** Where nothing need stand. */
  gap(): string {
    return this.#random.isOneIn(3) ? '' : this.blank();
  }

  /** The end of a line, and the here-documents that it has opened. */
  lineEnd(): string {
    const comment = this.#random.isOneIn(8) ? ` ${this.#random.pick(COMMENTS)}` : '';
    const more = this.#random.isOneIn(8) ? `${this.#random.pick(['', ' ', '\t'])}\n` : '';
    const documents = this.#documents.join('');
    this.#documents = [];
    return `${comment}\n${documents}${more}`;
  }

  /** @param isBehind whether a command goes before it: then it may be a here-document */
  redirection(isBehind = false): string {
    return isBehind && this.#random.isOneIn(3) ? this.#document() : this.#random.pick(REDIRECTIONS);
  }

  assignment(): string {
    return `${this.#random.pick(['X', 'X', 'Y_2'])}=${this.#random.pick(VALUES)}`;
  }

  /** Arguments and redirections behind a command. */
  words(): string {
    let text = '';
    for (let left = this.#random.below(4); left > 0; left -= 1) {
      text += this.blank() + (this.#random.isOneIn(7) ? this.redirection(true) : this.word());
    }
    return text;
  }

  word(): string {
    switch (this.#random.below(9)) {
      case 0:
      case 1:
        return this.#random.pick(PLAIN);
      case 2:
        return this.#random.pick(RESERVED);
      case 3:
      case 4:
        return this.#random.pick(QUOTED);
      case 5:
        return this.#expansion();
      case 6:
        return this.#substitution();
      case 7:
        return `${this.#random.pick(QUOTED)}${this.#random.pick(['a', 'b"c"', '\\;', "'d e'", '\\\nf'])}`;
      default:
        return this.#random.pick(ESCAPED);
    }
  }

  #expansion(): string {
    if (!this.#random.isOneIn(12)) return this.#random.pick(EXPANSIONS);
    this.#names.isUnsure = true;
    return this.#random.pick(ODD_EXPANSIONS);
  }

  #document(): string {
    const word = `E${this.#documents.length + 1}`;
    const isQuoted = this.#random.isOneIn(2);
    const chomp = this.#random.isOneIn(3) ? '-' : '';
    const tab = chomp && this.#random.isOneIn(2) ? '\t' : '';
    const written = isQuoted
      ? this.#random.pick([`'${word}'`, `"${word}"`, `\\${word}`, `E'${word.slice(1)}'`])
      : word;
    const notEnd = [`${word} `, ` ${word}`, isQuoted ? 'x' : `x \\\n${word}`] as const;
    const lines = Array.from({ length: this.#random.below(4) }, () =>
      this.#random.isOneIn(4) ? this.#random.pick(notEnd) : this.#random.pick(isQuoted ? VERBATIM : EXPANDED),
    );
    this.#documents.push([...lines, `${tab}${word}`].map(line => `${line}\n`).join(''));
    return `${this.#random.isOneIn(4) ? '0' : ''}<<${chomp}${this.#random.isOneIn(3) ? ' ' : ''}${written}`;
  }

  #substitution(): string {
    const kind = this.#random.below(7);
    if (kind === 0) return `\`${this.#random.pick(BACKQUOTED)}\``;
    const commands = this.#commands();
    // Single quotes in braces, in quotes.
    const isOdd = kind === 1 ? commands.includes("'") : /\{\w+:-'/.test(commands);
    if (kind < 4) this.#names.isUnsure ||= isOdd;
    switch (kind) {
      case 1:
        return `"\${X:-$(${commands})}"`;
      case 2:
        return `"$(${commands})"`;
      case 3:
        return `a"$(${commands})b"c`;
      case 4:
        return `$(${this.gap()}${commands}${this.gap()})`;
      case 5:
        return `$(${commands} ${this.#random.pick(COMMENTS)}\n)`;
      default:
        return `$( (${commands}) )`;
    }
  }

  /** Of a substitution, with their here-documents. */
  #commands(): string {
    const outer = this.#documents;
    this.#documents = [];
    const list = this.#writeList();
    this.#names.isUnsure ||= /\bcase\b|<</.test(list);
    const text = (list.startsWith('(') ? ' ' : '') + list + (this.areDocumentsOpen ? this.lineEnd() : '');
    this.#documents = outer;
    return text;
  }
}
