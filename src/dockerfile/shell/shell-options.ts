import type { ShellCommand, ShellScript } from './shell-command.ts';

/** Options by their letters, in any order; with a name those that have no letter that all shells know. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['errexit', 'e'],
  ['nounset', 'u'],
  ['xtrace', 'x'],
  ['verbose', 'v'],
  ['pipefail', 'pipefail'],
]);
const KNOWN: ReadonlySet<string> = new Set([...LETTERS.values(), 'E']);

/**
 * The options that a script switches on before all else, and nothing else of its first command does: `set -eux`,
 * `set -e -o pipefail`. Empty where it begins otherwise.
 */
export function leadingOptions({ commands, members }: ShellScript): ReadonlySet<string> {
  const [first] = commands;
  const [own, next] = members;
  if (first === undefined || own === undefined || own.isCompound || own.isNegated) return NONE;
  // A pipeline and what runs in the background have shells of their own.
  if (next?.operator === '|' || next?.operator === '&') return NONE;
  return readOptions(first) ?? NONE;
}

const NONE: ReadonlySet<string> = new Set();

/** null where it is no `set`, or does anything but switch known options on. */
function readOptions({ words: [program, ...rest], assignments }: ShellCommand): ReadonlySet<string> | null {
  if (program !== 'set' || assignments.length > 0 || rest.length === 0) return null;
  const options = new Set<string>();
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    if (!/^-[A-Za-z]+$/.test(word)) return null;
    for (const letter of word.slice(1).replace(/o$/, '')) options.add(letter);
    if (!word.endsWith('o')) continue;
    at += 1;
    const option = LETTERS.get(rest[at] ?? '');
    if (option === undefined) return null;
    options.add(option);
  }
  return [...options].every(option => KNOWN.has(option)) ? options : null;
}
