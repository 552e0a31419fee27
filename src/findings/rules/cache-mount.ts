import { z } from 'zod';
import { formatDuration } from '../../base/number-text.ts';
import { code, phrase } from '../../base/phrase.ts';
import { type DockerfileInstruction, locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import { readMounts } from '../../dockerfile/mount.ts';
import { cacheMountAdvice } from '../../package-managers/manager-words.ts';
import type { PackageCommand } from '../../package-managers/package-command.ts';
import { runCommands } from '../dockerfile/run-commands.ts';
import { findChain, findNeededStages } from '../dockerfile/stage-graph.ts';
import { msArg, stepTimes } from '../order/step-times.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { atLocation } from '../words/evidence-phrases.ts';

/** Less is not worth another flag. Milliseconds. */
const MIN_MS = 5000;

/**
 * Long installs that start from nothing each time. Where a layer that ships holds the cache, another rule reports its
 * bytes.
 */
export const cacheMount = defineRule({
  id: 'cache-mount',
  family: 'dockerfile',
  order: 60,
  severity: 'info',
  args: () =>
    z.object({
      tool: z.string().describe('The package manager: `npm`'),
      command: z.string().describe('`npm ci`'),
      ms: msArg().describe('How long its RUN took in this build'),
    }),
  finds: 'Long installs that could keep their downloads between builds',
  why: `A cache mount keeps what a package manager downloads outside of the image. Only installs that took ${MIN_MS / 1000} s or more count.`,
  usual:
    'None of the image: it saves the time and the traffic of downloading the same packages at the next build.',
  remedy:
    'Add `RUN --mount=type=cache,target=…` for the directory that the package manager keeps its downloads in.',
  whenToIgnore:
    'Where builders are new for each build and nothing keeps their mounts: a cache mount is then empty every time.',
  find: context => {
    const { dockerfile, build } = context;
    if (dockerfile === null || build === null) return [];
    const times = stepTimes(context);
    return findNeededStages(dockerfile).flatMap(stage =>
      findChain(dockerfile, stage).flatMap(run => {
        if (run.keyword !== 'RUN' || run.stage !== stage.index || hasCacheMount(run)) return [];
        const { outcome, ms } = times.of(run);
        const command = runCommands(run).packages.find(downloads);
        if (command === undefined || outcome !== 'executed' || ms < MIN_MS) return [];
        if (shipsCache(context, run, command)) return [];
        return [
          { args: { tool: command.manager.id, command: command.title, ms }, location: locationOf(run) },
        ];
      }),
    );
  },
  what: finding => {
    const { command, ms } = finding.args;
    return phrase`${code(command, 60)}${atLocation(finding)} took ${formatDuration(ms)}, and downloads everything again each time it runs`;
  },
  fix: ({ args: { tool } }) =>
    phrase`let the builder keep the downloads: ${cacheMountAdvice(tool)} (a new builder starts with an empty mount)`,
});

function hasCacheMount({ flags }: DockerfileInstruction): boolean {
  return readMounts(flags).some(({ type }) => type === 'cache');
}

/**
 * Not by the package managers of distributions: their base images delete what is downloaded at once, and a mount needs
 * more than a flag.
 */
function downloads({ manager, action }: PackageCommand): boolean {
  return manager.mount !== undefined && action !== 'update';
}

/** Whether a layer that ships holds what the RUN downloaded. */
function shipsCache(context: RuleContext, run: DockerfileInstruction, { manager }: PackageCommand): boolean {
  const kind = manager.mount?.cache;
  if (kind === undefined) return false;
  return context.filesOfKind(kind).some(({ layer }) => context.instructionOf(layer) === run);
}
