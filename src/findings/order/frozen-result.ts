import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { programOf } from '../recipe/tool.ts';
import { type PackageCommand, packageCommand } from './package-command.ts';
import { SYSTEM_TOOLS } from './package-tool.ts';
import { runCommands } from './run-commands.ts';

/** A version, a digest or a commit: what an address with one of them leads to does not change. */
const PINNED = /\d+\.\d|[0-9a-f]{7,}|\$|\bv\d/i;
const ADDRESS = /^(?:https?|ftp):\/\//i;
const COMMIT = /^[0-9a-f]{7,64}$/i;
const VERSIONED = /[=@<>~]/;

/**
 * The first command of a RUN that does something else on another day, as people call it: `apt-get upgrade`,
 * `git clone`; null where none is known to. A command behind `||` or in a compound one counts, too.
 */
export function timeVaryingCommand(run: DockerfileInstruction): string | null {
  const { commands } = runCommands(run).script;
  const hasCommit = commands.some(checksOutCommit);
  for (const command of commands) {
    const title = titleOf(command, hasCommit);
    if (title !== null) return title;
  }
  return null;
}

function titleOf(command: ShellCommand, hasCommit: boolean): string | null {
  const { words } = command;
  const installed = packageCommand(command);
  if (installed !== null) return isOpen(installed) ? installed.title : null;
  const program = programOf(words);
  if (program === 'date') return 'date';
  if (program === 'git')
    return !hasCommit && words[1] === 'clone' && !isOfVersion(words) ? 'git clone' : null;
  if (program !== 'curl' && program !== 'wget') return null;
  const address = words.find(word => ADDRESS.test(word));
  return address !== undefined && !PINNED.test(address.replace(ADDRESS, '')) ? program : null;
}

/** Whether the command takes whatever version is the newest. */
function isOpen({ tool, action, names }: PackageCommand): boolean {
  if (action === 'upgrade') return true;
  if (action !== 'names') return false;
  // Those of a distribution change within a release only to be mended.
  if (SYSTEM_TOOLS.has(tool)) return false;
  return names.some(name => !VERSIONED.test(name.slice(1)) || name.endsWith('@latest'));
}

function checksOutCommit({ words }: ShellCommand): boolean {
  const isCheckout = words.some(word => ['checkout', 'reset', 'fetch', 'switch'].includes(word));
  return (
    programOf(words) === 'git' && isCheckout && words.some(word => COMMIT.test(word) || word.includes('$'))
  );
}

function isOfVersion(words: readonly string[]): boolean {
  return words.some((word, index) => {
    const branch =
      /^--branch=(.+)$/.exec(word)?.[1] ?? (/^(?:-b|--branch)$/.test(word) ? words[index + 1] : undefined);
    return branch !== undefined && /\d|\$/.test(branch);
  });
}
