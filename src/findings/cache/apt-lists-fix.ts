import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { APT } from '../../package-managers/apt.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { runSequences } from '../recipe/recipe.ts';
import { changesUser } from '../recipe/removal.ts';
import { buildUpon } from '../recipe/stage-graph.ts';
import type { Subject } from '../subject.ts';
import { APT_LISTS, type AptUse, aptUse, changesPackagesAlone } from './apt-use.ts';

export const CLEAN_UP = `rm -rf /${APT_LISTS}/*`;

export interface AptListsFix {
  /** Empty where nothing is safe. */
  readonly edits: readonly DockerfileEdit[];
  /** First line of the last instruction that needs the lists of an earlier one; null where none does. */
  readonly neededAt: number | null;
}

/**
 * Takes the lists away at the end of the RUN that fetched them; or, where later ones need them, merges all up to the
 * last of these and does it there. Later ones that fetch their own get the same end: they would fetch them all again.
 */
export function aptListsFix(subject: Subject, writer: DockerfileInstruction): AptListsFix {
  const { recipe } = subject;
  if (recipe === null || writer.keyword !== 'RUN') return { edits: [], neededAt: null };
  const later = laterUses(subject, recipe, writer);
  const last = later.findLast(({ use }) => use === 'needs')?.instruction ?? writer;
  const updating = later.flatMap(({ instruction, use }) =>
    use === 'updates' && instruction.startLine > last.startLine && recipe.shipped.includes(instruction)
      ? [instruction]
      : [],
  );
  const cleaning = [last, ...updating];
  const isPossible =
    !later.some(({ use }) => use === 'unknown') &&
    areInOneSequence(recipe, writer, last) &&
    !cleaning.some(changesUser);
  const merge = { kind: 'merge-runs', line: writer.startLine, lastLine: last.startLine } as const;
  const appends = cleaning.map(
    ({ startLine }) => ({ kind: 'append-command', line: startLine, command: CLEAN_UP }) as const,
  );
  return {
    edits: isPossible ? [...(last === writer ? [] : [merge]), ...appends] : [],
    neededAt: last === writer ? null : last.startLine,
  };
}

interface LaterUse {
  readonly instruction: DockerfileInstruction;
  readonly use: AptUse;
}

/** What instructions on top of the writer do with the lists. Of those that ship, their layers tell what texts do not. */
function laterUses(subject: Subject, recipe: Recipe, writer: DockerfileInstruction): readonly LaterUse[] {
  const changing = changingInstructions(subject);
  return buildUpon(recipe, writer).map(instruction => {
    const use = aptUse(instruction);
    const isTold = use === 'needs' || use === 'updates' || !recipe.shipped.includes(instruction);
    if (isTold || instruction.keyword !== 'RUN') return { instruction, use };
    const isChanging = changing.has(instruction) && !(use === 'none' && changesPackagesAlone(instruction));
    return { instruction, use: isChanging ? 'needs' : 'none' };
  });
}

/** Every finding asks. */
const CHANGING = new WeakMap<Subject, ReadonlySet<DockerfileInstruction>>();

/** Instructions whose layers show that packages were installed. */
function changingInstructions(subject: Subject): ReadonlySet<DockerfileInstruction> {
  const known = CHANGING.get(subject);
  if (known !== undefined) return known;
  const changing = new Set<DockerfileInstruction>();
  CHANGING.set(subject, changing);
  for (const [layer, { entries }] of subject.analysis.scans.entries()) {
    const instruction = subject.instructionOf(layer);
    if (
      instruction === null ||
      !entries.some(({ kind, path }) => kind === 'file' && APT.lists.installed.test(path))
    )
      continue;
    changing.add(instruction);
  }
  return changing;
}

function areInOneSequence(
  recipe: Recipe,
  first: DockerfileInstruction,
  last: DockerfileInstruction,
): boolean {
  return first === last || runSequences(recipe).some(runs => runs.includes(first) && runs.includes(last));
}
