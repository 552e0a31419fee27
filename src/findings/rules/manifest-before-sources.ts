import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { mountsOf } from '../../dockerfile/mount.ts';
import { type CopyPlace, copyPlaces } from '../order/copy-place.ts';
import type { PackageCommand } from '../order/package-command.ts';
import type { PackageTool } from '../order/package-tool.ts';
import { recipeFinding } from '../order/recipe-finding.ts';
import { runCommands } from '../order/run-commands.ts';
import { StepTimes } from '../order/step-times.ts';
import type { ClaimedFinding, Rule } from '../rule.ts';

export type ManifestBeforeSourcesArgs = {
  readonly tool: PackageTool;
  /** The command that installs: `npm ci`. */
  readonly command: string;
  /** How long its RUN took in this build; null when it was not run. Milliseconds. */
  readonly ms: number | null;
  /** The same where the copy is what broke the cache in this build. */
  readonly lostMs: number | null;
};

/** A build that takes from what it installed what only building needed: apart, the first layer would keep it. */
const TAKES_AWAY = /\bprune\b|\brm\s[^&;|]*\b(?:node_modules|vendor|target|\.venv)\b/;

/**
 * Sources that are copied before the dependencies are installed, which their manifests alone decide: every change of a
 * file installs anew. Silent where the same tool has installed before, as with manifests that are copied first.
 */
export const manifestBeforeSources: Rule = {
  id: 'manifest-before-sources',
  find: subject => {
    const { recipe } = subject;
    if (recipe === null) return [];
    const times = new StepTimes(subject);
    const told = new Set<DockerfileInstruction>();
    return copyPlaces(recipe).flatMap(copy =>
      installsBehind(copy).flatMap(({ run, command: { tool, title } }): ClaimedFinding[] => {
        if (told.has(run)) return [];
        told.add(run);
        const { outcome, ms } = times.of(run);
        const args: ManifestBeforeSourcesArgs = {
          ...{ tool, command: title },
          ms: outcome === 'executed' ? ms : null,
          lostMs: outcome === 'executed' && times.brokeAt(copy.chain, copy.place) ? ms : null,
        };
        return [
          recipeFinding({
            rule: 'manifest-before-sources',
            severity: 'info',
            ...{ args, at: copy.instruction, related: run },
          }),
        ];
      }),
    );
  },
};

/** The first of each tool that has not installed before. */
function installsBehind({ isOfSources, chain, place, later }: CopyPlace) {
  if (!isOfSources) return [];
  const before = chain.slice(0, place).flatMap(each => runCommands(each).packages);
  const done = new Set(before.filter(isOfProject).map(({ tool }) => tool));
  return later.flatMap(({ instruction: run }) => {
    const { packages, script } = runCommands(run);
    const command = packages.find(each => isOfProject(each) && !done.has(each.tool));
    if (command === undefined) return [];
    done.add(command.tool);
    const isKept = command.action === 'build' && mountsOf(run.flags).some(({ type }) => type === 'cache');
    return isKept || TAKES_AWAY.test(script.text) ? [] : [{ run, command }];
  });
}

function isOfProject({ action }: PackageCommand): boolean {
  return action === 'manifest' || action === 'build';
}
