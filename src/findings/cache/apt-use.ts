import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { SHELLS } from '../../dockerfile/shell/program-names.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { APT, APT_LISTS, DPKG } from '../../package-managers/apt.ts';
import { mentions, readProgram } from '../../package-managers/program.ts';
import { isForce } from '../dockerfile/mention.ts';
import { isMounted } from '../dockerfile/removal.ts';
import { findUses } from '../dockerfile/run-commands.ts';

/**
 * What an instruction has to do with the lists that are there when it begins. `updates`: it fetches its own before
 * anything reads them, and leaves them. `unknown`: it runs what cannot be read.
 */
export type AptUse = 'none' | 'updates' | 'needs' | 'unknown';

const FRONT_ENDS: ReadonlySet<string> = new Set(APT.programs);
const READING: ReadonlySet<string> = new Set([
  ...APT.programs,
  ...APT.companions.flatMap(companion => ('readsLists' in companion ? companion.name : [])),
]);
const UPDATES: ReadonlySet<string> = new Set(APT.verbs.update);
const ANY = { programs: READING, writes: () => true };
/** Verbs and options with which apt reads what is installed and no lists. Source: apt-get(8). */
const LISTLESS: ReadonlySet<string> = new Set([
  ...APT.verbs.clean,
  ...APT.verbs.remove,
  '--version',
  '-v',
  '--help',
  '-h',
]);
/** What reads a script, or a list of tasks, that may run apt. */
const READERS: ReadonlySet<string> = new Set([
  ...SHELLS,
  ...['.', 'source', 'eval', 'make', 'rosdep', 'tasksel', 'gdebi'],
  ...['ansible', 'ansible-playbook', 'chef-client', 'puppet', 'salt-call'],
]);
const SYSTEM_PROGRAM = /^(?:[^/]+|\/(?:usr\/)?(?:local\/)?s?bin\/[^/]+)$/;
const { directory: APT_STATE } = APT.lists;
/** Instructions whose commands are run when the image is, or by builds on top of it. */
const RUNS_LATER: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT', 'ONBUILD', 'HEALTHCHECK']);
const CHANGING: ReadonlySet<string> = new Set([
  ...APT.programs,
  ...APT.companions.flatMap(companion => ('changesPackages' in companion ? companion.name : [])),
  ...DPKG.programs.filter(program => !DPKG.unpackers.some(unpacker => unpacker === program)),
]);

/** What an instruction has to do with the lists, as far as its text tells. */
export function aptUse(instruction: DockerfileInstruction): AptUse {
  const { keyword, text } = instruction;
  if (keyword === 'COPY' || keyword === 'ADD') return text.includes(APT_STATE) ? 'needs' : 'none';
  if (keyword !== 'RUN') return RUNS_LATER.has(keyword) && mentions(text, READING) ? 'needs' : 'none';
  // Lists in a mount are others than those in the layers.
  if (isMounted(instruction, APT_LISTS)) return 'none';
  if (findUses(instruction, ANY).areHidden) return 'needs';
  const { form, script } = runScript(instruction);
  let isUnknown = form === 'other';
  for (const command of script.commands) {
    if (isUnreadable(command)) isUnknown = true;
    if (!READING.has(readProgram(command.words))) continue;
    if (isUpdate(command)) return isUnknown ? 'unknown' : 'updates';
    if (!command.words.some(word => LISTLESS.has(word))) return 'needs';
  }
  if (occurrences(text) > deletions(script.commands)) return 'needs';
  return isUnknown ? 'unknown' : 'none';
}

/** How often the text names apt's state. */
function occurrences(text: string): number {
  return text.split(`/${APT_STATE}`).length - 1;
}

/** How often it is named to be deleted by force: for that it need not be there. */
function deletions(commands: readonly ShellCommand[]): number {
  return commands
    .filter(({ words }) => readProgram(words) === 'rm' && words.some(isForce))
    .reduce((sum, { words }) => sum + occurrences(words.join(' ')), 0);
}

/** Whether the RUN takes away what it fetched, when all of it succeeds. */
export function leavesNoLists(instruction: DockerfileInstruction): boolean {
  const { commands, isChain } = runScript(instruction).script;
  const cleaned = commands.findLastIndex(
    ({ words }) =>
      readProgram(words) === 'rm' && words.some(isForce) && words.some(word => ALL_LISTS.test(word)),
  );
  return isChain && cleaned > commands.findLastIndex(({ words }) => READING.has(readProgram(words)));
}

const ALL_LISTS = new RegExp(`^/${APT_LISTS}(?:/\\*|/?)$`);

/** Whether its text says that it changes packages without any lists: by dpkg, or by removing some. */
export function changesPackagesAlone(instruction: DockerfileInstruction): boolean {
  return runScript(instruction).script.commands.some(({ words }) => CHANGING.has(readProgram(words)));
}

/** Whether the command fetches the lists, whatever came before it. */
function isUpdate({ words, operator, depth }: ShellCommand): boolean {
  return (
    FRONT_ENDS.has(readProgram(words)) &&
    words.some(word => UPDATES.has(word)) &&
    depth === 0 &&
    operator !== '||' &&
    operator !== '|'
  );
}

function isUnreadable({ words }: ShellCommand): boolean {
  const [first] = words;
  if (first === undefined) return false;
  return READERS.has(readProgram(words)) || !SYSTEM_PROGRAM.test(first) || first.includes('$');
}
