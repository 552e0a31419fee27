import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { programOf } from '../recipe/tool.ts';
import { GRAMMARS, type PackageAction, type PackageGrammar, type PackageTool } from './package-tool.ts';

/** A command that has a package manager or a build tool download something. */
export interface PackageCommand {
  readonly tool: PackageTool;
  readonly action: PackageAction;
  /** As people call it: `apt-get install`, `npm ci`. */
  readonly title: string;
  /** The packages that it names, as written. */
  readonly names: readonly string[];
}

/** null for a command of which that is not known. */
export function packageCommand({ words }: Pick<ShellCommand, 'words'>): PackageCommand | null {
  const [first = ''] = words;
  if (first === 'sudo' || first === 'command') return packageCommand({ words: words.slice(1) });
  const program = programOf(words);
  const rest = words.slice(words[1] === '-m' && program === 'pip' ? 3 : 1);
  if (program === 'pacman') return pacmanCommand(rest);
  if (program === 'uv' && rest[0] === 'pip') return read('uv pip', GRAMMARS.get('pip'), rest.slice(1), 'uv');
  if (program === 'go' && rest[0] === 'mod' && rest[1] === 'download') {
    return { tool: 'go', action: 'manifest', title: 'go mod download', names: [] };
  }
  return read(program, GRAMMARS.get(program), rest);
}

function read(
  program: string,
  grammar: PackageGrammar | undefined,
  words: readonly string[],
  tool: PackageTool | undefined = grammar?.tool,
): PackageCommand | null {
  if (grammar === undefined || tool === undefined) return null;
  const plain = plainWords(words, grammar.valued);
  const at = plain.findIndex(word => Object.hasOwn(grammar.actions, word));
  const verb = plain[at];
  if (verb === undefined || (at > 0 && tool !== 'maven' && tool !== 'gradle')) {
    const isBare = plain.length === 0 && grammar.bare !== undefined && !words.some(asksOnly);
    return isBare && grammar.bare ? { tool, action: grammar.bare, title: program, names: [] } : null;
  }
  const names = plain.slice(at + 1);
  const action = actionOf(grammar.actions[verb] ?? 'build', tool, words, names);
  return action === null ? null : { tool, action, title: `${program} ${verb}`, names };
}

function actionOf(
  action: PackageAction | 'add',
  tool: PackageTool,
  words: readonly string[],
  names: readonly string[],
): PackageAction | null {
  if (tool === 'go') {
    if (words.includes('-mod=vendor')) return null;
    return names.some(name => name.includes('@')) ? 'names' : 'build';
  }
  if (tool === 'dotnet' && words.includes('--no-restore')) return null;
  // What it cooks is what `chef prepare` has written.
  if (tool === 'cargo' && action === 'manifest' && words.includes('chef') && names[0] !== 'cook') return null;
  if (tool === 'cargo' && action === 'add') return words.includes('--path') ? 'build' : 'names';
  if (action !== 'add') return action === 'names' && names.length === 0 ? null : action;
  if (tool === 'pip' || tool === 'uv') {
    // The project itself is installed from its sources.
    if (names.some(isPath) || words.some(isEditable)) return null;
    if (words.some(word => /^(?:-r|--requirement)/.test(word))) return 'manifest';
    return names.length > 0 ? 'names' : null;
  }
  return names.length > 0 || words.some(isGlobal) ? 'names' : 'manifest';
}

/** `-S`, `-Sy`, `-Syu`: what pacman does is in one word. */
function pacmanCommand(words: readonly string[]): PackageCommand | null {
  const operation = words.find(word => /^-S[a-z]*$/.test(word)) ?? '';
  const names = words.filter(word => !word.startsWith('-'));
  const title = `pacman ${operation}`;
  if (operation === '' || /[scigl]/.test(operation)) return null;
  if (operation.includes('u')) return { tool: 'pacman', action: 'upgrade', title, names };
  if (names.length > 0) return { tool: 'pacman', action: 'names', title, names };
  return operation.includes('y') ? { tool: 'pacman', action: 'update', title, names } : null;
}

/** Without options and what belongs to them. */
function plainWords(words: readonly string[], valued: ReadonlySet<string>): readonly string[] {
  return words.filter(
    (word, index) => !word.startsWith('-') && !valued.has(words[index - 1] ?? '') && word !== '',
  );
}

function isGlobal(word: string): boolean {
  return word === '-g' || word === '--global' || word === '--location=global';
}

function isPath(name: string): boolean {
  return /^[./~]/.test(name) || /\.(?:whl|zip|tar\.gz)$/.test(name);
}

function isEditable(word: string): boolean {
  return word === '-e' || word.startsWith('--editable');
}

function asksOnly(word: string): boolean {
  return word === '--version' || word === '-v' || word === '--help' || word === '-h';
}
