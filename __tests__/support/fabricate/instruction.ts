import type { InstructionLocation } from '../../../src/dockerfile/dockerfile-instruction.ts';

/** An instruction of a Dockerfile, by its first line and its text. */
export function instructionAt(startLine: number, text: string, file = 'Dockerfile'): InstructionLocation {
  return { file, startLine, endLine: startLine + text.split('\n').length - 1, text };
}
