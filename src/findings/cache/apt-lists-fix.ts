import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import { runSequences } from '../../dockerfile/built-dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { APT, APT_LISTS, DELETE_APT_LISTS } from '../../package-managers/apt.ts';
import { readProgram } from '../../package-managers/program.ts';
import { changesUser } from '../dockerfile/removal.ts';
import { buildUpon } from '../dockerfile/stage-graph.ts';
import type { LaterNeed } from '../later-use/later-need.ts';
import { findOwnScripts } from '../later-use/own-scripts.ts';
import { findOwnTexts } from '../later-use/own-texts.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { isWorthMerging } from '../waste/merge-worth.ts';
import { instructionSizes } from '../waste/run-sizes.ts';
import { type AptUse, aptUse, changesPackagesAlone, leavesNoLists } from './apt-use.ts';

export interface AptListsFix {
  /** Empty where nothing is safe. */
  readonly edits: readonly DockerfileEdit[];
  /** First line of the last instruction that needs the lists of an earlier one; null where none does. */
  readonly neededAt: number | null;
  /** First lines of later ones that fetch their own: the same end is for them, too. */
  readonly fetchedAgainAt: readonly number[];
  /** What may need them, so that nothing is safe; null where nothing does. */
  readonly withheld: LaterNeed | null;
}

/**
 * Takes the lists away at the end of the RUN that fetched them; or, where later ones need them, merges all up to the
 * last of these and does it there. Later ones that fetch their own get the same end: they would fetch them all again.
 */
export function aptListsFix(context: RuleContext, writer: DockerfileInstruction): AptListsFix {
  const { dockerfile } = context;
  if (dockerfile === null || writer.keyword !== 'RUN') return NO_FIX;
  const later = laterUses(context, dockerfile, writer);
  const last = later.findLast(({ use }) => use === 'needs')?.instruction ?? writer;
  const updating = later.flatMap(({ instruction, use }) =>
    use === 'updates' &&
    instruction.startLine > last.startLine &&
    dockerfile.shipped.includes(instruction) &&
    !leavesNoLists(instruction)
      ? [instruction]
      : [],
  );
  const cleaning = [last, ...updating];
  const unknown = later.find(({ use }) => use === 'unknown')?.instruction;
  const withheld = unknown === undefined ? findReadingScript(context) : needOf(unknown);
  const isPossible =
    withheld === null &&
    !cleaning.some(isUpdateAlone) &&
    areInOneSequence(dockerfile, writer, last) &&
    isWorthIt(context, dockerfile, writer, last) &&
    !cleaning.some(changesUser);
  const merge = { kind: 'merge-runs', line: writer.startLine, lastLine: last.startLine } as const;
  const appends = cleaning.map(
    ({ startLine }) => ({ kind: 'append-command', line: startLine, command: DELETE_APT_LISTS }) as const,
  );
  return {
    edits: isPossible ? [...(last === writer ? [] : [merge]), ...appends] : [],
    neededAt: last === writer ? null : last.startLine,
    fetchedAgainAt: updating.map(({ startLine }) => startLine),
    withheld,
  };
}

const NO_FIX: AptListsFix = { edits: [], neededAt: null, fetchedAgainAt: [], withheld: null };

function needOf({ startLine, keyword }: DockerfileInstruction): LaterNeed {
  return { line: startLine, by: keyword };
}

/** Whether a RUN fetches lists, and does nothing else: whoever wrote it wants to have them. */
function isUpdateAlone(run: DockerfileInstruction): boolean {
  return runScript(run).script.commands.every(({ words }) => {
    const program = readProgram(words);
    const isUpdate = APT.programs.some(each => each === program) && words.some(word => APT_UPDATES.has(word));
    return isUpdate || /^(?:|set|export|echo|:|true)$/.test(program);
  });
}

/** A program in the image that calls apt and fetches no lists: it is run with those of the image. */
function findReadingScript(context: RuleContext): LaterNeed | null {
  const scripts = findOwnScripts(context).map(({ path, words }) => ({ path, words: words.split(' ') }));
  const script = [...scripts, ...findOwnTexts(context)].find(({ words }) => {
    const isApt = words.includes('apt') && words.some(word => APT_INSTALLS.has(word));
    return (
      (isApt || words.some(word => APT_PROGRAMS.has(word))) && !words.some(word => APT_UPDATES.has(word))
    );
  });
  return script === undefined ? null : { line: null, by: `/${script.path}` };
}

/** `apt` is an English word, too. */
const APT_PROGRAMS: ReadonlySet<string> = new Set(APT.programs.filter(program => program !== 'apt'));
const APT_INSTALLS: ReadonlySet<string> = new Set(APT.verbs.names);
const APT_UPDATES: ReadonlySet<string> = new Set(APT.verbs.update);

interface LaterUse {
  readonly instruction: DockerfileInstruction;
  readonly use: AptUse;
}

/** What instructions on top of the writer do with the lists. Of those that ship, their layers tell what texts do not. */
function laterUses(
  context: RuleContext,
  dockerfile: BuiltDockerfile,
  writer: DockerfileInstruction,
): readonly LaterUse[] {
  const changing = changingInstructions(context);
  return buildUpon(dockerfile, writer).map(instruction => {
    const use = aptUse(instruction);
    const isKnown = use === 'needs' || use === 'updates' || !dockerfile.shipped.includes(instruction);
    if (isKnown || instruction.keyword !== 'RUN') return { instruction, use };
    const isChanging = changing.has(instruction) && !(use === 'none' && changesPackagesAlone(instruction));
    return { instruction, use: isChanging ? 'needs' : 'none' };
  });
}

/** Instructions whose layers show that packages were installed. */
const changingInstructions = memoize((context: RuleContext): ReadonlySet<DockerfileInstruction> => {
  const changing = new Set<DockerfileInstruction>();
  for (const [layer, { entries }] of context.analysis.scans.entries()) {
    const instruction = context.instructionOf(layer);
    const installs = entries
      .values()
      .some(({ kind, path }) => kind === 'file' && APT.lists.installed.test(path));
    if (instruction !== null && installs) changing.add(instruction);
  }
  return changing;
});

/** Whether the lists are worth a merge of all from the one to the other: hundreds of megabytes stay apart for them. */
function isWorthIt(
  context: RuleContext,
  dockerfile: BuiltDockerfile,
  writer: DockerfileInstruction,
  last: DockerfileInstruction,
): boolean {
  const row = runSequences(dockerfile).find(each => each.includes(writer)) ?? [];
  const runs = row.slice(row.indexOf(writer), row.indexOf(last) + 1);
  const sizes = runs.map(run => instructionSizes(context).get(run) ?? 0);
  const saved = listBytes(context, writer);
  const sum = (some: readonly number[]): number => some.reduce((all, size) => all + size, 0);
  return sizes.slice(1).every((_, index) => {
    const [below, above] = [sum(sizes.slice(0, index + 1)) - saved, sum(sizes.slice(index + 1))];
    return isWorthMerging({ saved, below, above });
  });
}

function listBytes(context: RuleContext, writer: DockerfileInstruction): number {
  let bytes = 0;
  for (const [layer, { entries }] of context.analysis.scans.entries()) {
    if (context.instructionOf(layer) !== writer) continue;
    for (const { path, size, kind } of entries) {
      if (kind === 'file' && path.startsWith(`${APT_LISTS}/`)) bytes += size;
    }
  }
  return bytes;
}

function areInOneSequence(
  dockerfile: BuiltDockerfile,
  first: DockerfileInstruction,
  last: DockerfileInstruction,
): boolean {
  return first === last || runSequences(dockerfile).some(runs => runs.includes(first) && runs.includes(last));
}
