import { type CopyPlace, copyPlaces, type LaterRun } from '../order/copy-place.ts';
import type { PackageCommand } from '../order/package-command.ts';
import { recipeFinding } from '../order/recipe-finding.ts';
import { runCommands } from '../order/run-commands.ts';
import { StepTimes } from '../order/step-times.ts';
import type { ClaimedFinding, Rule } from '../rule.ts';

export type CopyBeforeInstallArgs = {
  /** The first command that installs: `apt-get install`. */
  readonly command: string;
  /** RUN instructions that install and need nothing of the sources. */
  readonly runs: number;
  /** How long they took in this build; null when none was run. Milliseconds. */
  readonly ms: number | null;
  /** The same where the copy is what broke the cache in this build. */
  readonly lostMs: number | null;
};

/** Sources that are copied before packages are installed which do not come from them. */
export const copyBeforeInstall: Rule = {
  id: 'copy-before-install',
  find: subject => {
    const { recipe } = subject;
    if (recipe === null) return [];
    const times = new StepTimes(subject);
    const told = new Set<LaterRun['instruction']>();
    return copyPlaces(recipe).flatMap((copy): ClaimedFinding[] => {
      const behind = installsBehind(copy).filter(({ instruction }) => !told.has(instruction));
      const first = behind.find(installs);
      if (first === undefined) return [];
      for (const { instruction } of behind) told.add(instruction);
      const ran = behind.map(({ instruction }) => times.of(instruction));
      const ms = ran.reduce((sum, each) => sum + each.ms, 0);
      const wasRun = ran.some(({ outcome }) => outcome === 'executed');
      const args: CopyBeforeInstallArgs = {
        command: runCommands(first.instruction).packages.find(isByName)?.title ?? '',
        runs: behind.length,
        ms: wasRun ? ms : null,
        lostMs: wasRun && times.brokeAt(copy.chain, copy.place) ? ms : null,
      };
      const at = { at: copy.instruction, related: first.instruction };
      return [recipeFinding({ rule: 'copy-before-install', severity: 'info', args, ...at })];
    });
  },
};

/** RUN instructions that only install what they name, and the updates that these rely on. */
export function installsBehind({ isOfSources, later }: CopyPlace): readonly LaterRun[] {
  const free = isOfSources ? later.filter(({ isIndependent }) => isIndependent) : [];
  if (!free.some(installs)) return [];
  return free.filter(({ instruction }) => runCommands(instruction).packages.length > 0);
}

function installs({ instruction }: LaterRun): boolean {
  return runCommands(instruction).packages.some(isByName);
}

function isByName({ action }: PackageCommand): boolean {
  return action === 'names';
}
