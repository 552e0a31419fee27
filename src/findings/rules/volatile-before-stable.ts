import { z } from 'zod';
import { plural } from '../../base/number-text.ts';
import { code, phrase, place } from '../../base/phrase.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import { type DockerfileInstruction, locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import { shellWords } from '../../dockerfile/shell-word.ts';
import { findChain, findNeededStages } from '../dockerfile/stage-graph.ts';
import { copyPlaces, independentInstalls } from '../order/copy-place.ts';
import { isIndependentOfVariable } from '../order/independent-run.ts';
import { inThisBuild, msArg, stepTimes } from '../order/step-times.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { atLocation } from '../words/evidence-phrases.ts';

/** Less is not worth another order. Milliseconds. */
const MIN_MS = 1000;
/** Names that people give to what tells one build from another. */
const VOLATILE =
  /(?:^|_)(?:SHA1?|COMMIT|REVISION|VCS_REF|GIT_(?:REF|TAG|HASH)|BUILD_?(?:ID|NUMBER|NUM|DATE|TIME)|TIMESTAMP|RUN_(?:ID|NUMBER))(?:_|$)/i;

/**
 * What changed in this build, or does in every build, before steps that do without it and took their time. Installs
 * behind sources are another rule's.
 */
export const volatileBeforeStable = defineRule({
  id: 'volatile-before-stable',
  family: 'dockerfile',
  order: 30,
  severity: 'info',
  args: () =>
    z.object({
      argument: z.string().nullable().describe('The argument whose value changes; null where files changed'),
      runs: z.int().min(1).describe('RUN instructions behind it that do not need it, and ran'),
      ms: msArg().describe('How long they took in this build'),
      lostMs: msArg().nullable().describe('That time, where this build shows that they ran because of it'),
    }),
  finds: 'Steps that come after something that changes often and that they do not need',
  why: `Each change of the files or of the argument runs these steps again. Only steps that took ${MIN_MS / 1000} s or more count.`,
  usual: 'None of the image: it saves the time of the steps behind.',
  remedy: 'Move the COPY, ARG or ENV behind the steps that do not need it.',
  whenToIgnore: 'Where the steps do need it in a way that Deadweight does not see.',
  find: context => {
    const { dockerfile, build } = context;
    if (dockerfile === null || build === null) return [];
    const times = stepTimes(context);
    return [...changedFiles(dockerfile, context), ...changedArguments(dockerfile, context)].flatMap(
      change => {
        const ran = change.independent.filter(run => times.of(run).outcome === 'executed');
        const ms = ran.reduce((sum, run) => sum + times.of(run).ms, 0);
        const [first] = ran;
        if (first === undefined || ms < MIN_MS) return [];
        const args = { argument: change.argument, runs: ran.length, ms, lostMs: change.isCause ? ms : null };
        return [{ args, location: locationOf(change.instruction), related: locationOf(first) }];
      },
    );
  },
  what: finding => {
    const { argument, runs, ms } = finding.args;
    const [count, time] = [plural(runs, 'RUN'), inThisBuild(ms)];
    return argument === null
      ? phrase`The copy${atLocation(finding)} missed the cache, so ${count} after it that ${runs === 1 ? 'needs' : 'need'} nothing of it ran again${time}`
      : phrase`${code(`ARG ${argument}`, 60)}${atLocation(finding)} comes before ${count} that ${runs === 1 ? 'does' : 'do'} not use it, and each new value makes all RUNs after it run again${time}`;
  },
  fix: ({ args: { argument, runs }, related }) => {
    if (argument !== null) return phrase`move the ARG down to the first instruction that uses it`;
    if (related === null) return phrase`move the copy down`;
    return phrase`move ${place(related)}${runs === 1 ? '' : ' and the others'} before the copy`;
  },
});

/** What is not the same in every build. */
interface Change {
  /** COPY, ADD or ARG. */
  readonly instruction: DockerfileInstruction;
  /** The argument's name; null for files. */
  readonly argument: string | null;
  /** RUN instructions behind it that do not use it, as far as the text tells. */
  readonly independent: readonly DockerfileInstruction[];
  /** Whether this build missed the cache because of it. */
  readonly isCause: boolean;
}

function changedFiles(dockerfile: BuiltDockerfile, context: RuleContext): readonly Change[] {
  return copyPlaces(dockerfile)
    .filter(({ chain, place: at }) => stepTimes(context).brokeAt(chain, at))
    .map(copy => {
      const reported = new Set(independentInstalls(copy));
      const runs = copy.later.filter(
        ({ isIndependent, instruction }) => isIndependent && !reported.has(instruction),
      );
      const independent = runs.map(({ instruction }) => instruction);
      return { instruction: copy.instruction, argument: null, independent, isCause: true };
    });
}

/**
 * BuildKit gives every RUN all arguments that are declared above it, so that another value runs all of them again,
 * whether they use it or not. Only arguments that this build was given.
 */
function changedArguments(dockerfile: BuiltDockerfile, context: RuleContext): readonly Change[] {
  return findNeededStages(dockerfile).flatMap(stage => {
    const chain = findChain(dockerfile, stage);
    return chain.flatMap((instruction, at) => {
      if (instruction.keyword !== 'ARG' || instruction.stage !== stage.index) return [];
      const names = namesOf(instruction, dockerfile.file.escape);
      const runs = chain.slice(at + 1).filter(({ keyword }) => keyword === 'RUN');
      // Whatever value it has, the first RUN behind it is the first to have it.
      const [first] = runs;
      const isCause = first !== undefined && stepTimes(context).brokeAt(chain, chain.indexOf(first));
      return names
        .filter(name => VOLATILE.test(name) && dockerfile.buildArgs.has(name))
        .map((argument): Change => {
          const independent = runs.filter(run => isIndependentOfVariable(run, argument));
          return { instruction, argument, independent, isCause };
        });
    });
  });
}

function namesOf({ body }: DockerfileInstruction, escapeChar: string): readonly string[] {
  return shellWords(body, escapeChar).map(word => word.split('=')[0] ?? '');
}
