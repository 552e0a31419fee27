import { expandVariables } from '../../dockerfile/shell-word.ts';
import { globalArguments, type Stage } from '../../dockerfile/stage.ts';
import { recipeFinding } from '../order/recipe-finding.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { neededStages } from '../recipe/stage-graph.ts';
import type { ClaimedFinding, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export type UnpinnedBaseArgs = {
  /** As FROM has it. */
  readonly image: string;
  /** Whether it says `latest` itself. */
  readonly isLatest: boolean;
};

/**
 * An image that is built on whatever is the newest: another build has another base. A tag without a digest is what
 * people choose to get fixes, and is left alone.
 */
export const unpinnedBase: Rule = {
  id: 'unpinned-base',
  find: subject => {
    const { recipe } = subject;
    if (recipe === null) return [];
    const told = new Set<string>();
    return neededStages(recipe).flatMap((stage): ClaimedFinding[] => {
      const image = externalImage(stage, recipe);
      if (image === null || told.has(image) || isContext(image, subject)) return [];
      told.add(image);
      const tag = tagOf(image);
      if (tag !== null && tag !== 'latest') return [];
      const args: UnpinnedBaseArgs = { image: stage.baseImage, isLatest: tag !== null };
      return [recipeFinding({ rule: 'unpinned-base', severity: 'warning', args, at: stage.from })];
    });
  },
};

/** What FROM names when that is an image; null for scratch, a stage above, a digest, and what no text tells. */
function externalImage({ baseImage, index }: Stage, { dockerfile, buildArgs }: Recipe): string | null {
  const { instructions, stages } = dockerfile;
  const image = expandVariables(baseImage, globalArguments(instructions, buildArgs));
  const isStage = stages.some(each => each.index < index && each.name === image.toLowerCase());
  return image === '' || image === 'scratch' || isStage || image.includes('@') || image.includes('$')
    ? null
    : image;
}

/** `--build-context NAME=…` puts something else in the place of an image. */
function isContext(image: string, { build }: Subject): boolean {
  return (build?.steps ?? []).some(({ name }) => name.startsWith(`[context ${image}] `));
}

/** Behind the last colon, unless that is a port. */
function tagOf(image: string): string | null {
  return /:([^:/]+)$/.exec(image)?.[1] ?? null;
}
