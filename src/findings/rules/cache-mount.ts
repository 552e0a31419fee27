import type { CacheKind } from '../../compare/known-cache.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { mountsOf } from '../../dockerfile/mount.ts';
import type { PackageCommand } from '../order/package-command.ts';
import type { PackageTool } from '../order/package-tool.ts';
import { recipeFinding } from '../order/recipe-finding.ts';
import { runCommands } from '../order/run-commands.ts';
import { StepTimes } from '../order/step-times.ts';
import { chainOf, neededStages } from '../recipe/stage-graph.ts';
import type { ClaimedFinding, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export type CacheMountArgs = {
  readonly tool: PackageTool;
  /** `npm ci`. */
  readonly command: string;
  /** How long its RUN took in this build. Milliseconds. */
  readonly ms: number;
};

/** Less is not worth another flag. Milliseconds. */
const FLOOR = 5000;

/**
 * What the tools keep, which a mount would hand to the next build. Not those of distributions: their base images
 * delete what is downloaded at once, and a mount needs more than a flag.
 */
const CACHES: ReadonlyMap<PackageTool, CacheKind> = new Map([
  ['npm', 'npm-cache'],
  ['yarn', 'yarn-cache'],
  ['pnpm', 'pnpm-store'],
  ['bun', 'bun-cache'],
  ['pip', 'pip-cache'],
  ['uv', 'uv-cache'],
  ['poetry', 'poetry-cache'],
  ['pipenv', 'pip-cache'],
  ['composer', 'composer-cache'],
  ['go', 'go-cache'],
  ['cargo', 'cargo-cache'],
  ['maven', 'maven-repository'],
  ['gradle', 'gradle-cache'],
  ['dotnet', 'nuget-cache'],
]);

/**
 * Long installs that start from nothing each time. Where a layer that ships holds the cache, another rule tells of its
 * bytes.
 */
export const cacheMount: Rule = {
  id: 'cache-mount',
  find: subject => {
    const { recipe, build } = subject;
    if (recipe === null || build === null) return [];
    const times = new StepTimes(subject);
    return neededStages(recipe).flatMap(stage =>
      chainOf(recipe, stage).flatMap((run): ClaimedFinding[] => {
        if (
          run.keyword !== 'RUN' ||
          run.stage !== stage.index ||
          mountsOf(run.flags).some(({ type }) => type === 'cache')
        )
          return [];
        const { outcome, ms } = times.of(run);
        const command = runCommands(run).packages.find(downloads);
        if (command === undefined || outcome !== 'executed' || ms < FLOOR || isTold(subject, run, command))
          return [];
        const args: CacheMountArgs = { tool: command.tool, command: command.title, ms };
        return [recipeFinding({ rule: 'cache-mount', severity: 'info', args, at: run })];
      }),
    );
  },
};

function downloads({ tool, action }: PackageCommand): boolean {
  return CACHES.has(tool) && action !== 'update';
}

function isTold(subject: Subject, run: DockerfileInstruction, { tool }: PackageCommand): boolean {
  const kind = CACHES.get(tool);
  if (kind === undefined) return false;
  return subject.filesOfKind(kind).some(({ layer }) => subject.instructionOf(layer) === run);
}
