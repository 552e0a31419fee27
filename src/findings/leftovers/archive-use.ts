import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { WordPattern } from '../../dockerfile/shell/word-pattern.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { installsGiven } from '../../package-managers/package-command.ts';
import { findManager, PACKAGE_FILE_ENDINGS } from '../../package-managers/package-managers.ts';
import { readProgram } from '../../package-managers/program.ts';

/** Words that make an archiver unpack what it is given; of a pattern any word that it matches. */
const ARCHIVERS: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    tar: /^(?:-?[a-wyzA-Z]*x[a-zA-Z]*|--extract|--get)$/,
    unzip: /./,
    '7z': /^[xe]$/,
    jar: /^-?[a-wyz]*x[a-z]*$/,
  }),
);

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['bsdtar', 'tar'],
  ['gtar', 'tar'],
  ['7za', '7z'],
  ['7zr', '7z'],
  ['7zz', '7z'],
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

/** Words of one RUN that are looked at: nobody writes a longer list. */
const MAX_WORDS = 200;

/** The archives that one RUN unpacks or installs. */
export class ArchiveUse {
  readonly #unpacked: readonly Unpacked[];

  constructor(instruction: DockerfileInstruction) {
    this.#unpacked = runScript(instruction)
      .script.commands.flatMap(({ words }) => unpackedBy(words))
      .slice(0, MAX_WORDS);
  }

  /** @param path clean path of an archive */
  unpacks(path: string): boolean {
    const slash = path.lastIndexOf('/');
    const [directory, base] = [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)];
    return this.#unpacked.some(({ name, parent, folder }) => {
      const isNamed = parent === null ? name.isTelling : parent === directory;
      return (
        (isNamed && name.matches(base)) ||
        // A folder of packages may be given in place of each.
        (folder === directory && PACKAGE_FILE_ENDINGS.some(ending => base.endsWith(ending)))
      );
    });
  }
}

/** `python -m pip`, `sudo tar`, `uv pip`: the program is not far behind the first word. */
const MAX_PREFIX = 3;

function unpackedBy(words: readonly string[]): readonly Unpacked[] {
  for (const [index, word] of words.slice(0, MAX_PREFIX + 1).entries()) {
    const unpacked = unpackedWith(readProgram([word]), words.slice(index + 1));
    if (unpacked.length > 0) return unpacked;
  }
  return [];
}

function unpackedWith(name: string, rest: readonly string[]): readonly Unpacked[] {
  const program = ALIASES.get(name) ?? name;
  const mode = ARCHIVERS.get(program);
  const manager = findManager(program);
  const isMode = (word: string, index: number): boolean => {
    if (manager !== undefined) return installsGiven(manager, word);
    const mayBe = index === 0 || word.startsWith('-') || !LETTERED.has(program);
    return mayBe && mode?.test(word) === true;
  };
  const isListing = program === 'unzip' && rest.some(word => LISTING.test(word));
  if (isListing || !rest.some(isMode)) return [];
  return rest.flatMap(namedBy).map(word => describe(word, manager !== undefined));
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
