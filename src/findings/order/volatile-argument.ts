import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { shellWords } from '../../dockerfile/shell-word.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { chainOf, neededStages } from '../recipe/stage-graph.ts';
import { isIndependentOfVariable } from './independent-run.ts';

/** A build argument that has another value in every build. */
export interface VolatileArgument {
  readonly name: string;
  readonly instruction: DockerfileInstruction;
  /** The instructions that its stage is made of, lowest first. */
  readonly chain: readonly DockerfileInstruction[];
  /** RUN instructions of its stage behind it that do not use it, as far as the text tells. */
  readonly independent: readonly DockerfileInstruction[];
}

/** Names that people give to what tells one build from another. */
const VOLATILE =
  /(?:^|_)(?:SHA1?|COMMIT|REVISION|VCS_REF|GIT_(?:REF|TAG|HASH)|BUILD_?(?:ID|NUMBER|NUM|DATE|TIME)|TIMESTAMP|RUN_(?:ID|NUMBER))(?:_|$)/i;

/**
 * BuildKit gives every RUN all arguments that are declared above it, so that another value runs all of them again,
 * whether they use it or not. Only arguments that this build was given.
 */
export function volatileArguments(recipe: Recipe): readonly VolatileArgument[] {
  return neededStages(recipe).flatMap(stage => {
    const chain = chainOf(recipe, stage);
    return chain.flatMap((instruction, place) => {
      if (instruction.keyword !== 'ARG' || instruction.stage !== stage.index) return [];
      return namesOf(instruction, recipe.dockerfile.escape)
        .filter(name => VOLATILE.test(name) && recipe.buildArgs.has(name))
        .map((name): VolatileArgument => {
          const independent = chain
            .slice(place + 1)
            .filter(each => each.keyword === 'RUN' && isIndependentOfVariable(each, name));
          return { name, instruction, chain, independent };
        });
    });
  });
}

function namesOf({ body }: DockerfileInstruction, escapeChar: string): readonly string[] {
  return shellWords(body, escapeChar).map(word => word.split('=')[0] ?? '');
}
