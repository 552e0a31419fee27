import type { Dockerfile } from './dockerfile.ts';
import type { DockerfileInstruction, InstructionLocation } from './dockerfile-instruction.ts';
import { type Stage, stageAncestry, targetStage } from './stage.ts';

/** The Dockerfile that an image was built from, with what of it ships. */
export class BuiltDockerfile {
  readonly file: Dockerfile;
  /** The stages that ship, the lowest first; the last one is the target. Empty when there is no such target. */
  readonly shippedStages: readonly Stage[];
  /** Their instructions in the order in which they are carried out. */
  readonly shipped: readonly DockerfileInstruction[];
  /** What the build was given. Values may be secret: for expanding names of images and stages only. */
  readonly buildArgs: ReadonlyMap<string, string>;
  /** Its path, where this Dockerfile has an ignore file of its own: the one of the context is not read then. */
  readonly ownIgnoreFile: string | null;

  /** @param target as `--target` has it: empty for the last stage */
  constructor(
    file: Dockerfile,
    target: string,
    buildArgs: ReadonlyMap<string, string> = new Map(),
    ownIgnoreFile: string | null = null,
  ) {
    this.file = file;
    this.buildArgs = buildArgs;
    this.ownIgnoreFile = ownIgnoreFile;
    const { instructions, stages } = file;
    const last = targetStage(stages, target);
    this.shippedStages =
      last === null ? [] : [...stageAncestry(instructions, stages, last, buildArgs)].reverse();
    this.shipped = this.shippedStages.flatMap(({ index }) =>
      instructions.filter(({ stage }) => stage === index),
    );
  }

  /** The instruction of the shipped stages at this place; null where there is none (an ONBUILD of the base image). */
  shippedAt(location: InstructionLocation | null): DockerfileInstruction | null {
    if (location === null) return null;
    return (
      this.shipped.find(
        ({ startLine, endLine, keyword }) =>
          startLine === location.startLine && endLine === location.endLine && keyword !== 'FROM',
      ) ?? null
    );
  }
}

/** RUN instructions of one stage that ships, with nothing but comments and empty lines between them. */
export type RunSequence = readonly DockerfileInstruction[];

/** The longest such sequences, of one RUN or more, in the order of the build. */
export function runSequences({ shippedStages, file }: BuiltDockerfile): readonly RunSequence[] {
  const sequences: DockerfileInstruction[][] = [];
  for (const { index } of shippedStages) {
    let open: DockerfileInstruction[] | null = null;
    for (const instruction of file.instructions) {
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
