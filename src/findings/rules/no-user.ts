import { z } from 'zod';
import { code, phrase, place } from '../../base/phrase.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import { type DockerfileInstruction, locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import { ROOT_DROPPERS } from '../../dockerfile/shell/program-names.ts';
import { defineRule } from '../rule.ts';
import { atLocation } from '../words/evidence-phrases.ts';

/** Names of root in an image's configuration: with or without a group. */
const ROOT = /^(?:|root|0)(?::.*)?$/;
const DROPS_ROOT = new RegExp(`\\b(?:${ROOT_DROPPERS.join('|')})\\b`);

/** An image whose programs run as root. What the base image says of it counts. */
export const noUser = defineRule({
  id: 'no-user',
  family: 'dockerfile',
  order: 90,
  severity: 'info',
  args: () =>
    z.object({
      isSet: z
        .boolean()
        .describe('Whether a USER instruction says so; else none says anything, nor does the base image'),
    }),
  finds: 'Images that run as root',
  why: 'An attacker who takes over the program is then root in the container. Images whose entrypoint gives up root itself are not reported.',
  usual: 'None: it is about who runs the program.',
  remedy: 'Create a user, give it what the program writes, and end the stage with `USER`.',
  whenToIgnore:
    'Where the program needs root (it mounts, changes the network, or gives up root by itself), or whoever runs the image sets the user.',
  find: ({ dockerfile, analysis: { user } }) => {
    if (dockerfile === null || user === null || !ROOT.test(user)) return [];
    const target = dockerfile.shippedStages.at(-1);
    if (
      target === undefined ||
      isNoProgram(dockerfile) ||
      dockerfile.shipped.some(({ text }) => DROPS_ROOT.test(text))
    ) {
      return [];
    }
    const last = dockerfile.shipped.findLast(({ keyword }) => keyword === 'USER');
    return [{ args: { isSet: last !== undefined }, location: locationOf(last ?? target.from) }];
  },
  what: finding => {
    const { args, location } = finding;
    if (!args.isSet) {
      return phrase`The image runs as root: neither the stage${atLocation(finding)} nor its base image sets a USER`;
    }
    return phrase`The image runs as root${location ? phrase`, as ${place(location)} says` : []}`;
  },
  fix: () => phrase`end the stage with ${code('USER')} and a user that owns no more than the program needs`,
});

/** Whether the image is scratch with files, and has nothing to start: somebody takes the files from it. */
function isNoProgram({ shippedStages, shipped }: BuiltDockerfile): boolean {
  const starts = ({ keyword }: DockerfileInstruction): boolean => ['CMD', 'ENTRYPOINT'].includes(keyword);
  return shippedStages[0]?.baseImage === 'scratch' && !shipped.some(starts);
}
