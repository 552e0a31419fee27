import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { mountsOf } from '../../dockerfile/mount.ts';
import { fact } from '../fact.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { chainOf, neededStages } from '../recipe/stage-graph.ts';
import type { PackageTool } from './package-tool.ts';
import { runCommands } from './run-commands.ts';

/** A RUN that fetches the lists of packages, and the first later one that installs from them without fetching anew. */
export interface UpdateApart {
  readonly update: DockerfileInstruction;
  /** As people call it: `apt-get update`. */
  readonly updateCommand: string;
  readonly install: DockerfileInstruction;
  readonly installCommand: string;
}

/**
 * apk and dnf look themselves whether their lists are old (apk-tools, `src/database.c`: `cache_max_age`, four hours;
 * dnf.conf(5): `metadata_expire`), and fetch them again.
 */
const TRUSTING: ReadonlySet<PackageTool> = new Set(['apt', 'pacman']);

/** Of all stages that the target needs; each update once. */
export const updatesApart = fact((recipe: Recipe): readonly UpdateApart[] => {
  const found = new Map<DockerfileInstruction, UpdateApart>();
  for (const stage of neededStages(recipe)) {
    const updates = new Map<PackageTool, Pick<UpdateApart, 'update' | 'updateCommand'>>();
    for (const run of chainOf(recipe, stage)) {
      for (const { tool, action, title } of runCommands(run).packages) {
        if (!TRUSTING.has(tool)) continue;
        const last = updates.get(tool);
        // `pacman -Syu` does both; `apt-get upgrade` reads the lists that are there.
        if (action === 'update' || (tool === 'pacman' && action === 'upgrade')) {
          updates.set(tool, { update: run, updateCommand: title });
        } else if (last && last.update !== run && !found.has(last.update) && !hasOwnLists(run)) {
          found.set(last.update, { ...last, install: run, installCommand: title });
        }
      }
    }
  }
  return [...found.values()];
});

/** Lists in a mount are others than those in the layers. */
function hasOwnLists({ flags }: DockerfileInstruction): boolean {
  return mountsOf(flags).some(({ target }) => target !== null && /\/var\/lib\/(?:apt|pacman)/.test(target));
}
