import {
  findManager,
  findManagerById,
  type KnownPackageManager,
  PACKAGE_MANAGERS,
} from './package-managers.ts';
import { readProgram, wordsBehind } from './program.ts';
import { type CommandWords, type PackageAction, VERB_ACTIONS, type VerbAction } from './verb.ts';

/** A command that has a package manager or a build tool install or download something. */
export interface PackageCommand {
  readonly manager: KnownPackageManager;
  readonly action: PackageAction;
  /** As people call it: `apt-get install`, `npm ci`. */
  readonly title: string;
  /** The packages, or files of packages, that it names, as written. */
  readonly names: readonly string[];
  /** Whether it installs for all projects, and not into the one that it is run in. */
  readonly isGlobal: boolean;
}

/** null for a command of which that is not known. */
export function packageCommand(command: { readonly words: readonly string[] }): PackageCommand | null {
  const [first = ''] = command.words;
  if (first === 'sudo' || first === 'command') return packageCommand({ words: command.words.slice(1) });
  const program = readProgram(command.words);
  const manager = findManager(program);
  if (manager === undefined) return null;
  const words = wordsBehind(command.words);
  const other = Object.hasOwn(manager.subcommands ?? {}, words[0] ?? '')
    ? findManagerById(manager.subcommands?.[words[0] ?? ''])
    : undefined;
  if (other !== undefined) return readCommand(manager, other, `${program} ${words[0]}`, words.slice(1));
  return readCommand(manager, manager, program, words);
}

/** @param grammar whose commands it takes */
function readCommand(
  manager: KnownPackageManager,
  grammar: KnownPackageManager,
  program: string,
  words: readonly string[],
): PackageCommand | null {
  const plain = plainWords(grammar, words);
  const isGlobal = plain[0] === 'global' || words.some(word => GLOBAL.has(word));
  const read = grammar.operations === undefined ? byVerb(grammar, words, plain) : byOperation(grammar, words);
  if (read === null) {
    const isBare = grammar.bare !== undefined && plain.length === 0 && !words.some(asksOnly);
    return isBare && grammar.bare
      ? { manager, action: grammar.bare, title: program, names: [], isGlobal }
      : null;
  }
  const refined = grammar.refine === undefined ? read.action : grammar.refine(read.action, read);
  const action = refined === null ? null : settled(refined, read, isGlobal);
  return action === null
    ? null
    : { manager, action, title: `${program} ${read.verb}`, names: read.names, isGlobal };
}

/** What a command says, before all of it is taken into account. */
interface ReadCommand extends CommandWords {
  readonly action: VerbAction;
}

function byVerb(
  manager: KnownPackageManager,
  words: readonly string[],
  plain: readonly string[],
): ReadCommand | null {
  const actions = findVerbs(manager);
  for (const [index, word] of plain.entries()) {
    const both = `${word} ${plain[index + 1]}`;
    const verb = actions.has(both) ? both : word;
    const action = actions.get(verb);
    if (action === undefined) continue;
    if (index > 0 && manager.hasPhases !== true) return null;
    return { words, verb, action, names: plain.slice(index + (verb === word ? 1 : 2)) };
  }
  return null;
}

function byOperation({ operations }: KnownPackageManager, words: readonly string[]): ReadCommand | null {
  for (const verb of words) {
    const action = operations?.find(([pattern]) => pattern.test(verb))?.[1];
    if (action !== undefined) return { words, verb, action, names: words.filter(word => !isOption(word)) };
  }
  return null;
}

/** Without options and what belongs to them. */
function plainWords(manager: KnownPackageManager, words: readonly string[]): readonly string[] {
  const valued = VALUED.get(manager);
  return words.filter(
    (word, index) => !isOption(word) && valued?.has(words[index - 1] ?? '') !== true && word !== '',
  );
}

const GLOBAL: ReadonlySet<string> = new Set(['-g', '--global', '--location=global']);

/** What is left to tell by whether the command names anything; null for what installs nothing. */
function settled(action: VerbAction, read: ReadCommand, isGlobal: boolean): PackageAction | null {
  const { names } = read;
  if (action === 'add') return names.length > 0 || isGlobal ? 'names' : 'manifest';
  // What was refined to it names something by an option: `cargo install --git …`.
  if (action === 'names') return names.length > 0 || read.action !== 'names' ? 'names' : null;
  return action === 'download' || action === 'remove' || action === 'clean' ? null : action;
}

/** Whether the command takes packages away. */
export function isRemoval(command: { readonly words: readonly string[] }): boolean {
  return removalTitle(command) !== null;
}

/** What people call a command that takes packages away, `apt-get purge`; null for another. */
export function removalTitle({ words }: { readonly words: readonly string[] }): string | null {
  const program = readProgram(words);
  const manager = findManager(program);
  if (manager === undefined) return null;
  const verbs = findVerbs(manager);
  const verb = wordsBehind(words).find(
    word =>
      verbs.get(word) === 'remove' ||
      manager.operations?.some(([pattern, action]) => action === 'remove' && pattern.test(word)) === true,
  );
  return verb === undefined ? null : `${program} ${verb}`;
}

const INSTALLING: ReadonlySet<VerbAction | undefined> = new Set<VerbAction | undefined>([
  'names',
  'add',
  'files',
  'upgrade',
]);

/** Whether a word, a verb or an option, makes it install what else the command names: packages or files of them. */
export function installsGiven(manager: KnownPackageManager, word: string): boolean {
  const operation = manager.operations?.find(([pattern]) => pattern.test(word));
  return INSTALLING.has(operation === undefined ? findVerbs(manager).get(word) : operation[1]);
}

/** What the verbs of a package manager stand for. */
export function findVerbs(manager: KnownPackageManager): ReadonlyMap<string, VerbAction> {
  return VERBS.get(manager) ?? new Map();
}

const VERBS: ReadonlyMap<KnownPackageManager, ReadonlyMap<string, VerbAction>> = new Map(
  PACKAGE_MANAGERS.map(manager => [
    manager,
    new Map(
      VERB_ACTIONS.flatMap(action => (manager.verbs?.[action] ?? []).map(word => [word, action] as const)),
    ),
  ]),
);
const VALUED: ReadonlyMap<KnownPackageManager, ReadonlySet<string>> = new Map(
  PACKAGE_MANAGERS.map(manager => [manager, new Set(manager.valued?.split(' '))]),
);

function isOption(word: string): boolean {
  return word.startsWith('-');
}

function asksOnly(word: string): boolean {
  return word === '--version' || word === '-v' || word === '--help' || word === '-h';
}
