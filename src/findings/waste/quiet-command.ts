import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import type { LayerEntry } from '../../layer/layer-entry.ts';
import { findManager } from '../../package-managers/package-managers.ts';
import { readProgram } from '../../package-managers/program.ts';
import { isReadable } from '../later-use/readable-command.ts';
import type { RuleContext } from '../rule-context.ts';

/**
 * Whether a command does the same whoever owns what the layers of these entries brought: it is known, and looks at no
 * owner; or it installs packages of others.
 */
export function isQuiet(
  context: RuleContext,
  command: ShellCommand,
  written: readonly (readonly LayerEntry[])[],
): boolean {
  const program = readProgram(command.words);
  const manager = findManager(program)?.id ?? '';
  if (!QUIET.has(manager)) return isReadable(context, command) && !MINDING.has(program);
  return !runsProject(command) && !(manager !== 'apt' && written.some(hasRepository));
}

/** Whether it runs programs of what it is given: build back ends of a project, the scripts of a local package. */
function runsProject({ words }: ShellCommand): boolean {
  const manager = findManager(readProgram(words))?.id ?? '';
  if (manager === 'apt') return words.some(word => word.includes('/') || word.endsWith('.deb'));
  return (manager === 'pip' || manager === 'uv') && words.some(isProject);
}

/** What pip and uv build: a directory, or the one that they are run in. */
function isProject(word: string): boolean {
  if (/^(?:sync|build|run|-e|--editable(?:=.*)?)$/.test(word)) return true;
  return /^\.{0,2}(?:\/|$|\[)/.test(word) && !/\.(?:whl|txt|in|toml|lock|cfg|ini)$/.test(word);
}

/** git works in no directory of another user, and life-cycle scripts ask it for a version. */
function hasRepository(entries: readonly LayerEntry[]): boolean {
  return entries.some(({ path }) => REPOSITORY.test(path));
}

const REPOSITORY = /(?:^|\/)\.(?:git|hg|svn)(?:\/|$)/;

/** Package managers that install the same whoever owns the folder that they are run in. */
const QUIET: ReadonlySet<string> = new Set(['pip', 'uv', 'yarn', 'pnpm', 'apt']);
/** Of the programs that are known, those that do look at owners, or change them. */
const MINDING: ReadonlySet<string> = new Set([
  'tar',
  'cp',
  'install',
  'chown',
  'chmod',
  'chgrp',
  'gpg',
  'find',
]);
