import type { VisibleFile } from '../../analysis/image-analysis.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { type LeftoverGroup, leftoverFindings } from '../leftover.ts';
import { isMentioned } from '../recipe/dockerfile-mention.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { removalEdits } from '../recipe/removal.ts';
import { ArchiveUse } from '../remains/archive-use.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

/** Test data and the like is smaller. */
const FLOOR = 100_000;

export type KeptArchivesArgs = {
  /** What brought them: a RUN; COPY or ADD from the context or another stage; null where it is not known. */
  readonly broughtBy: 'run' | 'copy' | 'add' | null;
};

/** Archives and packages that a RUN unpacks or installs, and that stay where they are. */
export const keptArchivesRule: Rule = {
  id: 'kept-archives',
  find: subject =>
    leftoverFindings(subject, keptArchives(subject), {
      rule: 'kept-archives',
      severity: 'warning',
      floor: FLOOR,
      args: ({ instruction }): KeptArchivesArgs => ({ broughtBy: broughtBy(instruction) }),
      edits: (instruction, group) => edits(subject, instruction, group),
    }),
};

/** Those that a RUN unpacks which is, or comes after, the instruction that wrote them. */
export function keptArchives(subject: Subject): readonly VisibleFile[] {
  const { recipe } = subject;
  const archives = subject.filesOfKind('archives');
  if (recipe === null || archives.length === 0) return [];
  const { uses, running } = readUses(recipe);
  return archives.filter(({ path, layer }) => {
    const writer = subject.instructionOf(layer);
    if (writer === null || isMentioned(running, [baseName(path)])) return false;
    const from = recipe.shipped.indexOf(writer);
    return uses.some(({ place, use }) => place >= from && use.unpacks(path));
  });
}

/** The RUNs with their places among what ships, and the instructions that say what the image runs. */
function readUses({ shipped }: Recipe) {
  return {
    uses: shipped.flatMap((instruction, place) =>
      instruction.keyword === 'RUN' ? [{ place, use: new ArchiveUse(instruction) }] : [],
    ),
    running: shipped.filter(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT'),
  };
}

function broughtBy(instruction: DockerfileInstruction | null): KeptArchivesArgs['broughtBy'] {
  if (instruction === null) return null;
  if (instruction.keyword === 'COPY') return 'copy';
  return instruction.keyword === 'ADD' ? 'add' : 'run';
}

/** Deleting them where they are written helps only where that RUN is the last one that reads them. */
function edits(
  subject: Subject,
  instruction: DockerfileInstruction,
  { files }: LeftoverGroup,
): readonly DockerfileEdit[] {
  const paths = files.map(({ path }) => path);
  const later = subject.recipe?.shipped.slice(subject.recipe.shipped.indexOf(instruction) + 1) ?? [];
  const uses = later.map(each => new ArchiveUse(each));
  if (paths.some(path => uses.some(use => use.unpacks(path)))) return [];
  return removalEdits(subject, instruction, { paths, names: paths.map(baseName), program: 'rm -f' });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
