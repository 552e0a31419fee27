import { z } from 'zod';
import { code, phrase } from '../../base/phrase.ts';
import { type DockerfileInstruction, locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import { findNamedInstall } from '../dockerfile/run-commands.ts';
import { copyPlaces, independentInstalls } from '../order/copy-place.ts';
import { inThisBuild, msArg, stepTimes } from '../order/step-times.ts';
import { defineRule } from '../rule.ts';
import { atLocation, atRelated } from '../words/evidence-phrases.ts';

/** Sources that are copied before packages are installed which do not come from them. */
export const copyBeforeInstall = defineRule({
  id: 'copy-before-install',
  family: 'dockerfile',
  order: 20,
  severity: 'info',
  args: () =>
    z.object({
      command: z.string().describe('The first command that installs: `apt-get install`'),
      runs: z.int().min(1).describe('RUN instructions that install and need nothing of the sources'),
      ms: msArg().nullable().describe('How long they took in this build; null when none was run'),
      lostMs: msArg().nullable().describe('That time, where the copy is what broke the cache in this build'),
    }),
  finds: 'Packages that are installed after sources that they do not need',
  why: 'Every changed source file then installs the packages again.',
  usual: 'None of the image: it saves the time of the installation at each build that changes a source file.',
  remedy: 'Move the RUN that installs in front of the COPY.',
  whenToIgnore: 'Where the installation reads what is copied in a way that Deadweight does not see.',
  find: context => {
    const { dockerfile } = context;
    if (dockerfile === null) return [];
    const times = stepTimes(context);
    const reported = new Set<DockerfileInstruction>();
    return copyPlaces(dockerfile).flatMap(copy => {
      const runs = independentInstalls(copy).filter(run => !reported.has(run));
      const first = runs.find(run => findNamedInstall(run) !== null);
      const command = first === undefined ? null : findNamedInstall(first);
      if (first === undefined || command === null) return [];
      for (const run of runs) reported.add(run);
      const ran = runs.map(run => times.of(run));
      const ms = ran.reduce((sum, each) => sum + each.ms, 0);
      const wasRun = ran.some(({ outcome }) => outcome === 'executed');
      const args = {
        command: command.title,
        runs: runs.length,
        ms: wasRun ? ms : null,
        lostMs: wasRun && times.brokeAt(copy.chain, copy.place) ? ms : null,
      };
      return [{ args, location: locationOf(copy.instruction), related: locationOf(first) }];
    });
  },
  what: finding => {
    const { command, runs, ms } = finding.args;
    const needs =
      runs > 1
        ? `and ${runs - 1} more ${runs > 2 ? 'RUNs' : 'RUN'} need none of the sources that are copied before them`
        : 'needs none of the sources that are copied before it';
    const again = `and ${runs > 1 ? 'run' : 'runs'} again whenever one of these changes`;
    return phrase`${code(command, 60)}${atRelated(finding)} ${needs}${atLocation(finding)}, ${again}${inThisBuild(ms)}`;
  },
  fix: () => phrase`install first, and then copy the sources`,
});
