import { baseName } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { type AddedOption, addOptionEdits } from '../../dockerfile/edit/add-option.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import type { CacheUse, CacheWriters } from '../../package-managers/cache-use.ts';
import type {
  CacheRemedy,
  CleanRemedy,
  DeleteRemedy,
  OptionRemedy,
} from '../../package-managers/package-cache.ts';
import { isRemoval } from '../../package-managers/package-command.ts';
import { readProgram } from '../../package-managers/program.ts';
import { isMounted, removalEdits } from '../dockerfile/removal.ts';
import type { ProgramUse, ProgramUses } from '../dockerfile/run-commands.ts';
import type { RuleContext } from '../rule-context.ts';
import { canRunAtEnd } from './clean-up-place.ts';

/** A RUN that writes a cache. */
export interface CacheRun {
  readonly context: RuleContext;
  readonly instruction: DockerfileInstruction;
  readonly uses: ProgramUses;
  /** The directories that are to stay out of the image; clean, ascending. */
  readonly roots: readonly string[];
}

/**
 * What keeps a cache out of what one RUN writes, by the first of its remedies that is possible: at least one edit; null
 * where none is.
 */
export function remedyEdits(use: CacheUse, run: CacheRun): readonly DockerfileEdit[] | null {
  const { remedies, wantedBy } = use.cache;
  const isWanted = run.uses.writing.some(({ words }) => words.some(word => wantedBy?.test(word) === true));
  if (isWanted) return null;
  for (const remedy of remedies) {
    const edits = editsOf(remedy, use, run);
    if (edits !== null) return edits;
  }
  return null;
}

function editsOf(remedy: CacheRemedy, use: CacheUse, run: CacheRun): readonly DockerfileEdit[] | null {
  switch (remedy.kind) {
    case 'clean':
      return cleanEdits(remedy, use, run);
    case 'option':
      return optionEdits(remedy, use, run);
    case 'mount':
      return mountEdits(run);
    case 'delete':
      return deleteEdits(remedy, use, run);
  }
}

/** Variables that put the cache, or the whole system, where a command would not look. */
const ELSEWHERE = /^(?=\w+=)\w*(?:CACHE|HOME|ROOT|PREFIX|CONFIG|PKGS_DIRS)/i;

function cleanEdits(
  { command, needsUsualProgram, elsewhere, roots: cleaned }: CleanRemedy,
  { manager, writers }: CacheUse,
  { instruction, uses: { writing, areHidden }, roots }: CacheRun,
): readonly DockerfileEdit[] | null {
  if (cleaned !== undefined && !roots.every(root => cleaned.test(root))) return null;
  const last = writing.findLast(isAlwaysRun);
  const name = needsUsualProgram ? manager.programs[0] : (last?.words[0] ?? '');
  // `./composer` is where the script is no more.
  if (areHidden || last === undefined || !/^(?:\/[\w./-]+|[\w.-]+)$/.test(name)) return null;
  if (writing.some(use => isElsewhere(use, elsewhere)) || isTakenAway(instruction, writers)) return null;
  if (manager.scope !== 'system' && !canRunAtEnd(runScript(instruction).script, last.command)) return null;
  return [{ kind: 'append-command', line: instruction.startLine, command: `${name} ${command}` }];
}

/** Whether it is run whenever the whole script succeeds. */
function isAlwaysRun({ command: { depth, operator } }: ProgramUse): boolean {
  return depth === 0 && ['start', '&&', ';', 'newline'].includes(operator);
}

function isElsewhere({ words, command: { assignments } }: ProgramUse, options: RegExp | undefined): boolean {
  return (
    words.some(word => options?.test(word) === true) || assignments.some(variable => ELSEWHERE.test(variable))
  );
}

/** Whether the script takes the package manager away, or packages that it may be one of. */
function isTakenAway(instruction: DockerfileInstruction, { programs }: CacheWriters): boolean {
  return runScript(instruction).script.commands.some(
    command =>
      (isRemoval(command) && !programs.has(readProgram(command.words))) || isRemovalOf(command, programs),
  );
}

function isRemovalOf({ words }: ShellCommand, programs: ReadonlySet<string>): boolean {
  const isGone = (word: string): boolean => programs.has(baseName(word));
  return ['rm', 'unlink', 'mv'].includes(readProgram(words)) && words.some(isGone);
}

/** The option of all commands that write the cache. */
function optionEdits(
  { option, takenBy, runners = [] }: OptionRemedy,
  { manager }: CacheUse,
  { instruction, uses: { writing, areHidden } }: CacheRun,
): readonly DockerfileEdit[] | null {
  const verbs = new Set(takenBy.flatMap(action => manager.verbs?.[action] ?? []));
  const { commands } = runScript(instruction).script;
  const isRunByOthers = commands.some(
    ({ words }) => runners.includes(readProgram(words)) || /^\.\.?\//.test(words[0] ?? ''),
  );
  if (areHidden || isRunByOthers) return null;
  const added: AddedOption[] = [];
  for (const { words } of writing) {
    if (words.includes(option)) continue;
    const verb = words.find(word => verbs.has(word));
    if (verb === undefined) return null;
    // Of `python3 -m pip install` the edit finds `-m` by itself, as options may stand anywhere.
    const module = words[1] === '-m' ? words.slice(2, 3) : [];
    added.push({ program: [words[0] ?? '', ...module, verb], option });
  }
  return added.length === 0 ? null : addOptionEdits(instruction.startLine, added);
}

/**
 * A cache mount over each of the directories. Only where root alone has written there, since the mount is root's; where
 * nothing else was there, since the mount hides it; and where the RUN runs the package manager as it is.
 */
function mountEdits({ context, instruction, uses, roots }: CacheRun): readonly DockerfileEdit[] | null {
  const isPossible =
    uses.writing.length > 0 &&
    !uses.areHidden &&
    roots.every(root => /^[\w./+@-]+$/.test(root) && !isMounted(instruction, root));
  if (!isPossible) return null;
  const prefixes = roots.map(root => `${root}/`);
  for (const [layer, { entries }] of context.analysis.scans.entries()) {
    const isOfRun = context.instructionOf(layer)?.keyword === 'RUN';
    for (const { path, kind, uid } of entries) {
      if (kind === 'directory' || !prefixes.some(prefix => path.startsWith(prefix))) continue;
      if (!isOfRun || uid !== 0) return null;
    }
  }
  return roots.map(root => ({
    kind: 'add-flag',
    line: instruction.startLine,
    flag: `--mount=type=cache,target=/${root}`,
  }));
}

/** Whatever wrote the cache. */
function deleteEdits(
  { inside }: DeleteRemedy,
  { writers }: CacheUse,
  { context, instruction, roots }: CacheRun,
): readonly DockerfileEdit[] | null {
  const edits = removalEdits(context, instruction, {
    paths: roots.map(root => (inside === undefined ? root : `${root}/${inside}`)),
    areGlobs: inside !== undefined,
    names: namesOf(roots),
    isCache: true,
    keepers: writers.programs,
  });
  return edits.length === 0 ? null : edits;
}

/** What other instructions would call the directories by: `.cache/pip`. */
export function namesOf(roots: readonly string[]): readonly string[] {
  return roots.map(root => root.split('/').slice(-2).join('/'));
}
