import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { recipeFinding } from '../order/recipe-finding.ts';
import { runCommands } from '../order/run-commands.ts';
import { updatesApart } from '../order/update-apart.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { MergeFixes } from '../waste/merge-fix.ts';

export type UpdateApartFromInstallArgs = {
  /** `apt-get update`, `apt-get install`. */
  readonly update: string;
  readonly install: string;
};

/** Lists of packages that one RUN fetches and another one installs from: once cached, the lists go stale. */
export const updateApartFromInstall: Rule = {
  id: 'update-apart-from-install',
  find: subject => {
    const { recipe } = subject;
    const apart = recipe === null ? [] : updatesApart(recipe);
    if (recipe === null || apart.length === 0) return [];
    const merges = new MergeFixes(subject);
    return apart.map(({ update, install, tool }) => {
      const title = (run: DockerfileInstruction, action: string): string =>
        runCommands(run).packages.find(each => each.tool === tool && each.action === action)?.title ?? '';
      const args: UpdateApartFromInstallArgs = {
        update: title(update, 'update'),
        install: title(install, 'names'),
      };
      return recipeFinding({
        rule: 'update-apart-from-install',
        severity: 'warning',
        ...{ args, at: update, related: install },
        edits: wasteMerge(subject, merges, update, install) ?? mergeEdits(recipe, update, install),
      });
    });
  },
};

/** A merge that is wanted for what the RUNs waste, and has both in it: then there is one fix and not two. */
function wasteMerge(
  subject: Subject,
  merges: MergeFixes,
  update: DockerfileInstruction,
  install: DockerfileInstruction,
): readonly DockerfileEdit[] | null {
  const layerOf = (run: DockerfileInstruction): number =>
    subject.analysis.layers.findIndex(({ index }) => subject.instructionOf(index) === run);
  const [writtenBy, hiddenBy] = [layerOf(update), layerOf(install)];
  const edits = writtenBy < 0 || hiddenBy < 0 ? [] : merges.editsFor({ writtenBy, hiddenBy });
  const hasBoth = edits.some(edit => edit.kind === 'merge-runs' && edit.lastLine >= install.startLine);
  return hasBoth ? edits : null;
}

/** Only of neighbours: what stands between may need the lists, or be needed. */
function mergeEdits(
  { dockerfile }: Recipe,
  update: DockerfileInstruction,
  install: DockerfileInstruction,
): readonly DockerfileEdit[] {
  const { instructions } = dockerfile;
  if (instructions[instructions.indexOf(update) + 1] !== install) return [];
  const edits = [{ kind: 'merge-runs', line: update.startLine, lastLine: install.startLine }] as const;
  return editProblem(dockerfile, edits) === null ? edits : [];
}
