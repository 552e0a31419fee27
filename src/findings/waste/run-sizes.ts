import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';

/** Bytes of the layers that each instruction made. */
export const instructionSizes = memoize(
  (context: RuleContext): ReadonlyMap<DockerfileInstruction, number> => {
    const sizes = new Map<DockerfileInstruction, number>();
    for (const { index, size } of context.analysis.layers) {
      const instruction = context.instructionOf(index);
      if (instruction !== null) sizes.set(instruction, (sizes.get(instruction) ?? 0) + size);
    }
    return sizes;
  },
);
