import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { Recipe } from './recipe.ts';

/** RUN instructions of one stage that ships, with nothing but comments and empty lines between them. */
export type RunSequence = readonly DockerfileInstruction[];

/** The longest such sequences, of one RUN or more, in the order of the build. */
export function runSequences({ shippedStages, dockerfile }: Recipe): readonly RunSequence[] {
  const sequences: DockerfileInstruction[][] = [];
  for (const { index } of shippedStages) {
    let open: DockerfileInstruction[] | null = null;
    for (const instruction of dockerfile.instructions) {
      if (instruction.stage !== index) continue;
      if (instruction.keyword !== 'RUN') open = null;
      else if (open !== null) open.push(instruction);
      else {
        open = [instruction];
        sequences.push(open);
      }
    }
  }
  return sequences;
}
