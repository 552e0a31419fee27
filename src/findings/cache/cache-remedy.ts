import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { isRemoval } from '../../package-managers/package-command.ts';
import { programOf } from '../../package-managers/program.ts';
import type { ProgramUse, ProgramUses, Tool } from '../recipe/program-use.ts';
import { removalEdits } from '../recipe/removal.ts';
import type { Subject } from '../subject.ts';

/** A RUN that writes a cache. */
export interface CacheWriter {
  readonly subject: Subject;
  readonly instruction: DockerfileInstruction;
  readonly tool: Tool;
  readonly uses: ProgramUses;
  /** The directories that are to stay out of the image; clean, ascending. */
  readonly roots: readonly string[];
}

/** What keeps a cache out of what one RUN writes: at least one edit; null where it does not, or might break the build. */
export type Remedy = (writer: CacheWriter) => readonly DockerfileEdit[] | null;

/** The first of them that is possible. */
export function firstRemedy(remedies: readonly Remedy[]): Remedy {
  return writer => {
    for (const remedy of remedies) {
      const edits = remedy(writer);
      if (edits !== null) return edits;
    }
    return null;
  };
}

export interface CleanCommand {
  /** What has the command, where that is not what the RUN has run. */
  readonly program?: string;
  /** Options that put the cache, or the whole system, where the command would not look. */
  readonly elsewhere?: RegExp;
}

/** Variables that do the same. */
const ELSEWHERE = /^\w*(?:CACHE|HOME|ROOT|PREFIX|CONFIG|PKGS_DIRS)\w*=/i;

/**
 * The tool's own command at the end.
 * @param words behind the program: `clean all`
 */
export function cleanedBy(words: string, { program, elsewhere }: CleanCommand = {}): Remedy {
  return ({ instruction, tool, uses: { writing, areHidden } }) => {
    const last = writing.findLast(isAlwaysRun);
    const name = program ?? last?.words[0] ?? '';
    if (areHidden || last === undefined || !/^[\w./-]+$/.test(name)) return null;
    if (writing.some(use => isElsewhere(use, elsewhere)) || isTakenAway(instruction, tool)) return null;
    return [{ kind: 'append-command', line: instruction.startLine, command: `${name} ${words}` }];
  };
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

/** Whether the script takes the tool away, or packages that it may be one of. */
function isTakenAway(instruction: DockerfileInstruction, { programs }: Tool): boolean {
  return runScript(instruction).script.commands.some(
    command =>
      (isRemoval(command) && !programs.has(programOf(command.words))) || isRemovalOf(command, programs),
  );
}

function isRemovalOf({ words }: ShellCommand, programs: ReadonlySet<string>): boolean {
  const isGone = (word: string): boolean => programs.has(word.slice(word.lastIndexOf('/') + 1));
  return ['rm', 'unlink', 'mv'].includes(programOf(words)) && words.some(isGone);
}

export interface CacheOption {
  readonly option: string;
  /** What the commands are called that take it: `install`. */
  readonly verbs: readonly string[];
  /** Programs that run the tool by themselves, and do not know of the option. */
  readonly runners?: ReadonlySet<string>;
}

/** An option of all commands that write it. */
export function avoidedBy({ option, verbs, runners }: CacheOption): Remedy {
  return ({ instruction, uses: { writing, areHidden } }) => {
    const { commands } = runScript(instruction).script;
    const isRunByOthers = commands.some(
      ({ words }) => runners?.has(programOf(words)) === true || /^\.\.?\//.test(words[0] ?? ''),
    );
    if (areHidden || isRunByOthers) return null;
    const edits = new Map<string, DockerfileEdit>();
    for (const { words } of writing) {
      if (words.includes(option)) continue;
      const verb = words.find(word => verbs.includes(word));
      if (verb === undefined) return null;
      // Of `python3 -m pip install` the edit finds `-m` by itself, as options may stand anywhere.
      const module = words[1] === '-m' ? words.slice(2, 3) : [];
      const program = [words[0] ?? '', ...module, verb];
      edits.set(program.join(' '), { kind: 'add-option', line: instruction.startLine, program, option });
    }
    return edits.size === 0 ? null : [...edits.values()];
  };
}

/**
 * `rm -rf` of the directories at the end, whatever wrote them.
 * @param inside what to delete in each of them: `*` leaves the directory itself
 */
export function deleted(inside = ''): Remedy {
  return ({ subject, instruction, roots }) => {
    const paths = roots.map(root => (inside === '' ? root : `${root}/${inside}`));
    const edits = removalEdits(subject, instruction, {
      paths,
      areGlobs: inside !== '',
      names: namesOf(roots),
    });
    return edits.length === 0 ? null : edits;
  };
}

/** What other instructions would call the directories by: `.cache/pip`. */
export function namesOf(roots: readonly string[]): readonly string[] {
  return roots.map(root => root.split('/').slice(-2).join('/'));
}
