import { z } from 'zod';
import { code, phrase } from '../../base/phrase.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import { type DockerfileInstruction, locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { readMounts } from '../../dockerfile/mount.ts';
import type { PackageCommand } from '../../package-managers/package-command.ts';
import type { KnownPackageManager } from '../../package-managers/package-managers.ts';
import { runCommands } from '../dockerfile/run-commands.ts';
import { findChain, findNeededStages } from '../dockerfile/stage-graph.ts';
import { memoize } from '../memoize.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { mergeFixes } from '../waste/merge-fix.ts';
import { atLocation, atRelated } from '../words/evidence-phrases.ts';

/** Lists of packages that one RUN fetches and another one installs from. */
export const updateApartFromInstall = defineRule({
  id: 'update-apart-from-install',
  family: 'dockerfile',
  order: 40,
  severity: 'warning',
  args: () =>
    z.object({
      update: z.string().describe('`apt-get update`'),
      install: z.string().describe('`apt-get install`'),
    }),
  finds: '`apt-get update` and `apt-get install` in two RUNs',
  why: 'Once cached, the lists of packages go stale: the install then asks for versions that the server no longer has, and fails.',
  usual:
    'None by itself. The lists of the first RUN stay, too: 19 MB on Debian 12, which `apt-lists` counts.',
  remedy: 'Write `apt-get update && apt-get install` in one RUN.',
  whenToIgnore: 'Where the base is a snapshot whose mirror never changes.',
  find: context => {
    const { dockerfile } = context;
    const apart = dockerfile === null ? [] : updatesApart(dockerfile);
    if (dockerfile === null || apart.length === 0) return [];
    return apart.map(({ update, updateCommand, install, installCommand }) => ({
      args: { update: updateCommand, install: installCommand },
      location: locationOf(update),
      related: locationOf(install),
      edits: wasteMerge(context, update, install) ?? mergeEdits(dockerfile, update, install),
    }));
  },
  what: finding => {
    const { update, install } = finding.args;
    return phrase`${code(install, 60)}${atRelated(finding)} uses the package lists that ${code(update, 60)} fetched${atLocation(finding)}: once cached, they go stale and name packages that are gone`;
  },
  fix: () => phrase`update and install in one RUN`,
});

/** A merge that is wanted for what the RUNs waste, and has both in it: then there is one fix and not two. */
function wasteMerge(
  context: RuleContext,
  update: DockerfileInstruction,
  install: DockerfileInstruction,
): readonly DockerfileEdit[] | null {
  const layerOf = (run: DockerfileInstruction): number =>
    context.analysis.layers.findIndex(({ index }) => context.instructionOf(index) === run);
  const [writtenBy, hiddenBy] = [layerOf(update), layerOf(install)];
  const edits = writtenBy < 0 || hiddenBy < 0 ? [] : mergeFixes(context).editsFor({ writtenBy, hiddenBy });
  const hasBoth = edits.some(edit => edit.kind === 'merge-runs' && edit.lastLine >= install.startLine);
  return hasBoth ? edits : null;
}

/** Only of neighbours: what stands between may need the lists, or be needed. */
function mergeEdits(
  { file }: BuiltDockerfile,
  update: DockerfileInstruction,
  install: DockerfileInstruction,
): readonly DockerfileEdit[] {
  const { instructions } = file;
  if (instructions[instructions.indexOf(update) + 1] !== install) return [];
  const edits = [{ kind: 'merge-runs', line: update.startLine, lastLine: install.startLine }] as const;
  return editProblem(file, edits) === null ? edits : [];
}

/** A RUN that fetches the lists of packages, and the first later one that installs from them without fetching anew. */
interface UpdateApart {
  readonly update: DockerfileInstruction;
  /** As people call it: `apt-get update`. */
  readonly updateCommand: string;
  readonly install: DockerfileInstruction;
  readonly installCommand: string;
}

/** The updates of all stages that the target needs, each once, with an install that another RUN does. */
const updatesApart = memoize((dockerfile: BuiltDockerfile): readonly UpdateApart[] => {
  const found = new Map<DockerfileInstruction, UpdateApart>();
  for (const stage of findNeededStages(dockerfile)) {
    const updates = new Map<KnownPackageManager, Pick<UpdateApart, 'update' | 'updateCommand'>>();
    for (const run of findChain(dockerfile, stage)) {
      const { packages } = runCommands(run);
      for (const [index, command] of packages.entries()) {
        const { manager, action, title } = command;
        const { lists } = manager;
        if (lists === undefined || action === 'files') continue;
        const last = updates.get(manager);
        if (fetchesLists(command)) {
          updates.set(manager, { update: run, updateCommand: title });
        } else if (last && last.update !== run && !found.has(last.update) && !isMounted(run, lists)) {
          const install = findInstall(command, packages.slice(index + 1));
          found.set(last.update, { ...last, install: run, installCommand: install.title });
        }
      }
    }
  }
  return [...found.values()];
});

function fetchesLists({ manager, action }: PackageCommand): boolean {
  return action === 'update' || (action === 'upgrade' && manager.lists?.upgradeUpdates === true);
}

/** Among a command and those behind it in its RUN: the first that installs by name from the same lists, else the command. */
function findInstall(command: PackageCommand, behind: readonly PackageCommand[]): PackageCommand {
  const same = [command, ...behind].filter(({ manager }) => manager === command.manager);
  const update = same.findIndex(fetchesLists);
  const reading = update < 0 ? same : same.slice(0, update);
  return reading.find(({ action }) => action === 'names') ?? command;
}

/** Lists in a mount are others than those in the layers. */
function isMounted({ flags }: DockerfileInstruction, { directory }: { readonly directory: string }): boolean {
  return readMounts(flags).some(({ target }) => target?.includes(`/${directory}`) === true);
}
