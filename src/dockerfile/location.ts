import type { Dockerfile } from './dockerfile.ts';
import type { DockerfileInstruction } from './dockerfile-instruction.ts';
import type { InstructionLocation } from './instruction.ts';
import { sourceText } from './instruction-lines.ts';

/** The instructions that stand on any of the lines (1-based, inclusive), in order. */
export function instructionsOn(
  dockerfile: Dockerfile,
  startLine: number,
  endLine: number,
): readonly DockerfileInstruction[] {
  return dockerfile.instructions.filter(each => each.startLine <= endLine && each.endLine >= startLine);
}

/** The lines as a location with their text; null when the file has no such lines. */
export function locate(
  dockerfile: Dockerfile,
  startLine: number,
  endLine: number,
): InstructionLocation | null {
  const lines = dockerfile.lines.slice(Math.max(0, startLine - 1), endLine);
  if (startLine < 1 || endLine < startLine || lines.length === 0) return null;
  return { file: dockerfile.file, startLine, endLine, text: sourceText(lines, dockerfile.escape) };
}

/** Only the location of an instruction, without what was read from its lines. */
export function locationOf(instruction: InstructionLocation): InstructionLocation {
  const { file, startLine, endLine, text } = instruction;
  return { file, startLine, endLine, text };
}
