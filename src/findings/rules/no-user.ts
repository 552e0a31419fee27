import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { recipeFinding } from '../order/recipe-finding.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Rule } from '../rule.ts';

export type NoUserArgs = {
  /** Whether a USER instruction says so; else none says anything, nor does the base image. */
  readonly isSet: boolean;
};

/** Names of root in an image's configuration: with or without a group. */
const ROOT = /^(?:|root|0)(?::.*)?$/;
/** Programs that give up being root when the container starts. */
const DROPS = /\b(?:gosu|su-exec|setpriv|s6-setuidgid|chpst)\b/;

/** An image whose programs run as root. What the base image says of it counts. */
export const noUser: Rule = {
  id: 'no-user',
  find: ({ recipe, analysis: { user } }) => {
    if (recipe === null || user === null || !ROOT.test(user)) return [];
    const target = recipe.shippedStages.at(-1);
    if (target === undefined || isNoProgram(recipe) || recipe.shipped.some(({ text }) => DROPS.test(text))) {
      return [];
    }
    const users = recipe.shipped.filter(({ keyword }) => keyword === 'USER');
    const last = users.at(-1);
    const args: NoUserArgs = { isSet: last !== undefined };
    return [recipeFinding({ rule: 'no-user', severity: 'info', args, at: last ?? target.from })];
  },
};

/** Of scratch and without anything to start: files that somebody takes from it. */
function isNoProgram({ shippedStages, shipped }: Recipe): boolean {
  const starts = ({ keyword }: DockerfileInstruction): boolean => ['CMD', 'ENTRYPOINT'].includes(keyword);
  return shippedStages[0]?.baseImage === 'scratch' && !shipped.some(starts);
}
