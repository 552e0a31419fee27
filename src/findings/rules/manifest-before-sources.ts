import { z } from 'zod';
import { code, phrase } from '../../base/phrase.ts';
import { type DockerfileInstruction, locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import { readMounts } from '../../dockerfile/mount.ts';
import { BUILD_DIRECTORIES } from '../../package-managers/dependency-directory.ts';
import { manifestsFirst } from '../../package-managers/manager-words.ts';
import type { PackageCommand } from '../../package-managers/package-command.ts';
import { runCommands } from '../dockerfile/run-commands.ts';
import { type CopyPlace, copyPlaces } from '../order/copy-place.ts';
import { inThisBuild, msArg, stepTimes } from '../order/step-times.ts';
import { defineRule } from '../rule.ts';
import { atLocation, atRelated } from '../words/evidence-phrases.ts';

const OF_BUILDING = new RegExp(
  `(?<![\\w.])(?:${[...BUILD_DIRECTORIES].join('|').replaceAll('.', '\\.')})\\b`,
);

/**
 * Sources that are copied before the dependencies are installed, which their manifests alone decide. Silent where the
 * same package manager has installed before, as with manifests that are copied first.
 */
export const manifestBeforeSources = defineRule({
  id: 'manifest-before-sources',
  family: 'dockerfile',
  order: 10,
  severity: 'info',
  args: () =>
    z.object({
      tool: z.string().describe('The package manager: `npm`'),
      command: z.string().describe('The command that installs: `npm ci`'),
      ms: msArg().nullable().describe('How long its RUN took in this build; null when it was not run'),
      lostMs: msArg().nullable().describe('That time, where the copy is what broke the cache in this build'),
    }),
  finds: 'Dependencies that are installed after the sources are copied',
  why: 'Every changed source file then installs all dependencies again. Copy the files that name the dependencies first.',
  usual: 'None of the image: it saves the time of the installation at each build that changes a source file.',
  remedy: 'Copy the manifest and the lock file first, install, and copy the sources then.',
  whenToIgnore:
    'Where the installation needs the sources: packages of a workspace, scripts that run when it installs.',
  find: context => {
    const { dockerfile } = context;
    if (dockerfile === null) return [];
    const times = stepTimes(context);
    const reported = new Set<DockerfileInstruction>();
    return copyPlaces(dockerfile).flatMap(copy =>
      installsBehind(copy).flatMap(({ run, command: { manager, title } }) => {
        if (reported.has(run)) return [];
        reported.add(run);
        const { outcome, ms } = times.of(run);
        const args = {
          tool: manager.id,
          command: title,
          ms: outcome === 'executed' ? ms : null,
          lostMs: outcome === 'executed' && times.brokeAt(copy.chain, copy.place) ? ms : null,
        };
        return [{ args, location: locationOf(copy.instruction), related: locationOf(run) }];
      }),
    );
  },
  what: finding => {
    const { command, ms } = finding.args;
    return phrase`${code(command, 60)}${atRelated(finding)} runs after the sources are copied${atLocation(finding)}, so every changed file runs it again${inThisBuild(ms)}`;
  },
  fix: ({ args: { tool, command } }) => manifestsFirst(tool, command),
});

/** The first of each package manager that has not installed before. */
function installsBehind({ isOfSources, chain, place, later }: CopyPlace) {
  if (!isOfSources) return [];
  const before = chain.slice(0, place).flatMap(each => runCommands(each).packages);
  const done = new Set(before.filter(isOfProject).map(({ manager }) => manager));
  return later.flatMap(({ instruction: run }) => {
    const { packages, script } = runCommands(run);
    const command = packages.find(each => isOfProject(each) && !done.has(each.manager));
    if (command === undefined) return [];
    done.add(command.manager);
    const isKept = command.action === 'build' && readMounts(run.flags).some(({ type }) => type === 'cache');
    return isKept || takesAway(script.text) ? [] : [{ run, command }];
  });
}

/** Whether a build takes from what it installed what only building needed: apart, the first layer would keep it. */
function takesAway(script: string): boolean {
  if (/\bprune\b/.test(script)) return true;
  return script.split(/[&;|]/).some(command => {
    const operands = /\brm\s/.exec(command);
    return operands !== null && OF_BUILDING.test(command.slice(operands.index + operands[0].length));
  });
}

function isOfProject({ action }: PackageCommand): boolean {
  return action === 'manifest' || action === 'build';
}
