import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { cleanPath } from '../../layer/clean-path.ts';

/** Words that make a program unpack or install what it is given; of a pattern any word that it matches. */
const UNPACKERS: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    tar: /^(?:-?[a-wyzA-Z]*x[a-zA-Z]*|--extract|--get)$/,
    unzip: /./,
    '7z': /^[xe]$/,
    jar: /^-?[a-wyz]*x[a-z]*$/,
    dpkg: /^(?:-i|-x|-X|--install|--unpack|--extract|--vextract)$/,
    apt: /^install$/,
    rpm: /^(?:-(?=[a-zA-Z]*[iUF])[a-zA-Z]+|--install|--upgrade|--freshen)$/,
    dnf: /^(?:install|localinstall|reinstall|upgrade)$/,
    zypper: /^(?:install|in)$/,
    apk: /^add$/,
    pacman: /^-U/,
    pip: /^install$/,
    npm: /^(?:install|i|add)$/,
  }),
);

const ALIASES: ReadonlyMap<string, string> = new Map([
  ...['bsdtar', 'gtar'].map(alias => [alias, 'tar'] as const),
  ...['7za', '7zr', '7zz'].map(alias => [alias, '7z'] as const),
  ...['apt-get', 'aptitude', 'gdebi'].map(alias => [alias, 'apt'] as const),
  ...['dpkg-deb'].map(alias => [alias, 'dpkg'] as const),
  ...['yum', 'microdnf', 'tdnf', 'dnf5'].map(alias => [alias, 'dnf'] as const),
  ...['pnpm', 'yarn', 'bun'].map(alias => [alias, 'npm'] as const),
]);

/** Programs whose mode is a bundle of letters or a letter: `xzf` as the first word, `-xzf` anywhere. */
const LETTERED: ReadonlySet<string> = new Set(['tar', 'jar', '7z']);

/** A word of a command that unpacks: an archive by its name or a pattern, or the folder that has packages. */
interface Unpacked {
  readonly name: WordPattern;
  /** Clean path of the folder that the word names before its last slash; null where it is not absolute and plain. */
  readonly parent: string | null;
  /** The word itself as a clean path; null where it is not absolute and plain, or the program takes no folders. */
  readonly folder: string | null;
}

/** Options of unzip that unpack nothing. */
const LISTING = /^-(?=[a-zA-Z]*[ltvZ])/;

/** Of one RUN: more are no list that somebody wrote. */
const MOST_WORDS = 200;

const PACKAGE = /\.(?:whl|deb|rpm|apk)$/;

/** The archives that one RUN unpacks or installs. */
export class ArchiveUse {
  readonly #unpacked: readonly Unpacked[];

  constructor(instruction: DockerfileInstruction) {
    this.#unpacked = runScript(instruction)
      .script.commands.flatMap(({ words }) => unpackedBy(words))
      .slice(0, MOST_WORDS);
  }

  /** @param path clean path of an archive */
  unpacks(path: string): boolean {
    const slash = path.lastIndexOf('/');
    const [directory, base] = [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)];
    return this.#unpacked.some(({ name, parent, folder }) => {
      const isNamed = parent === null ? name.isTelling : parent === directory;
      return (isNamed && name.matches(base)) || (folder === directory && PACKAGE.test(base));
    });
  }
}

function unpackedBy(words: readonly string[]): readonly Unpacked[] {
  const start = words.findIndex(word => UNPACKERS.has(programOf(word)));
  // `python -m pip`, `sudo tar`, `uv pip`: not far behind the first word.
  if (start < 0 || start > 3) return [];
  const program = programOf(words[start] ?? '');
  const mode = UNPACKERS.get(program);
  const rest = words.slice(start + 1);
  const isMode = (word: string, index: number): boolean =>
    mode?.test(word) === true && (index === 0 || word.startsWith('-') || !LETTERED.has(program));
  const isUnzip = program === 'unzip';
  if (!rest.some(isMode) || (isUnzip && rest.some(word => LISTING.test(word)))) return [];
  const takesFolders = !LETTERED.has(program) && !isUnzip;
  return rest.flatMap(namedBy).map(word => describe(word, takesFolders));
}

function programOf(word: string): string {
  const name = word.slice(word.lastIndexOf('/') + 1);
  return ALIASES.get(name) ?? (/^pip\d[\d.]*$/.test(name) ? 'pip' : name);
}

/** The word, or of `--find-links=/wheels` what it is set to. */
function namedBy(word: string): readonly string[] {
  if (!word.startsWith('-')) return [word];
  const equals = word.indexOf('=');
  return equals < 0 ? [] : [word.slice(equals + 1)];
}

const PLAIN_AND_ABSOLUTE = /^\/[\w./+@-]*$/;

function describe(word: string, takesFolders: boolean): Unpacked {
  const slash = word.lastIndexOf('/');
  const pathOf = (text: string): string | null => (PLAIN_AND_ABSOLUTE.test(text) ? cleanPath(text) : null);
  return {
    name: new WordPattern(word.slice(slash + 1)),
    parent: pathOf(word.slice(0, slash + 1)),
    folder: takesFolders && word !== '/' ? pathOf(word) : null,
  };
}

/** A shell word as far as it tells a file's name: `*`, `?`, `[…]`, braces and variables stand for anything. */
export class WordPattern {
  /** What stands between the wild parts; the first begins the name, the last ends it. */
  readonly #literals: readonly string[];

  constructor(word: string) {
    this.#literals = word.split(WILD);
  }

  /** Whether it says anything at all. */
  get isTelling(): boolean {
    return this.#literals.some(literal => literal.length >= 3);
  }

  /** Linear in the name for each literal: the leftmost places are taken, as with any wildcards. */
  matches(name: string): boolean {
    const [first = '', ...rest] = this.#literals;
    const last = rest.pop();
    if (last === undefined) return name === first;
    if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) {
      return false;
    }
    let at = first.length;
    for (const literal of rest) {
      const found = name.indexOf(literal, at);
      if (found < 0) return false;
      at = found + literal.length;
    }
    return at <= name.length - last.length;
  }
}

const WILD = /\$\{[^}]{0,99}\}|\$\([^)]{0,99}\)|\$\w+|\[[^\]]{0,99}\]|\{[^}]{0,99}\}|[*?`]+/;
