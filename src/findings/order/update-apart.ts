import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { mountsOf } from '../../dockerfile/mount.ts';
import type { KnownPackageManager } from '../../package-managers/package-managers.ts';
import type { BuiltDockerfile } from '../dockerfile/built-dockerfile.ts';
import { chainOf, neededStages } from '../dockerfile/stage-graph.ts';
import { fact } from '../fact.ts';
import { runCommands } from './run-commands.ts';

/** A RUN that fetches the lists of packages, and the first later one that installs from them without fetching anew. */
export interface UpdateApart {
  readonly update: DockerfileInstruction;
  /** As people call it: `apt-get update`. */
  readonly updateCommand: string;
  readonly install: DockerfileInstruction;
  readonly installCommand: string;
}

/** Of all stages that the target needs; each update once. */
export const updatesApart = fact((dockerfile: BuiltDockerfile): readonly UpdateApart[] => {
  const found = new Map<DockerfileInstruction, UpdateApart>();
  for (const stage of neededStages(dockerfile)) {
    const updates = new Map<KnownPackageManager, Pick<UpdateApart, 'update' | 'updateCommand'>>();
    for (const run of chainOf(dockerfile, stage)) {
      for (const { manager, action, title } of runCommands(run).packages) {
        const { lists } = manager;
        if (lists === undefined || action === 'files') continue;
        const last = updates.get(manager);
        if (action === 'update' || (action === 'upgrade' && lists.upgradeUpdates)) {
          updates.set(manager, { update: run, updateCommand: title });
        } else if (last && last.update !== run && !found.has(last.update) && !isMounted(run, lists)) {
          found.set(last.update, { ...last, install: run, installCommand: title });
        }
      }
    }
  }
  return [...found.values()];
});

/** Lists in a mount are others than those in the layers. */
function isMounted({ flags }: DockerfileInstruction, { directory }: { readonly directory: string }): boolean {
  return mountsOf(flags).some(({ target }) => target?.includes(`/${directory}`) === true);
}
