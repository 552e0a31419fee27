import type { ShellCommand, ShellScript } from '../../dockerfile/shell/shell-command.ts';

/**
 * Whether a program that a script runs can still be run at its end: it and the working directory are there, and it is
 * found as it was.
 */
export function canRunAtEnd({ commands }: ShellScript, command: ShellCommand): boolean {
  const later = commands.filter(({ start }) => start > command.start);
  return !later.some(each => removesPlace(each) || changesLookup(each));
}

/** What is deleted everywhere, and holds neither programs nor anybody's working directory. Variables may be anything. */
const HARMLESS =
  /^(?:\/var\/(?:lib\/apt|cache|log|tmp)\/|\/tmp\/\*|(?:~|\/root|\$\{?HOME\}?)\/\.(?:npm|cache|yarn|composer|cargo|config|node-gyp|pki|gnupg)\b)/;

function removesPlace({ words: [program = '', ...rest] }: ShellCommand): boolean {
  const isRecursive = rest.some(word => /^-\w*[rR]|^--recursive$/.test(word));
  if (program !== 'mv' && !(program === 'rm' && isRecursive)) return false;
  const operands = rest.filter(word => !word.startsWith('-'));
  const gone = program === 'mv' ? operands.slice(0, -1) : operands;
  // What has a relative name is in the directory, unless it is the directory.
  return gone.some(word => (/^[/~$`]/.test(word) && !HARMLESS.test(word)) || /^\.{1,2}(?:\/|$)/.test(word));
}

/** What makes the shell look elsewhere: `unset NVM_DIR`, `conda deactivate`, `PATH=…`. */
const CHANGERS: ReadonlySet<string> = new Set(['unset', 'deactivate', 'nvm', '.', 'source', 'eval']);

function changesLookup({ words: [program = '', ...rest], assignments }: ShellCommand): boolean {
  if (CHANGERS.has(program) || rest[0] === 'deactivate') return true;
  const isExport = ['export', 'declare', 'typeset', 'readonly'].includes(program);
  const set = [...(program === '' ? assignments : []), ...(isExport ? rest : [])];
  return set.some(each => each.startsWith('PATH='));
}
