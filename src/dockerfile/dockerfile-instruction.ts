import type { InstructionLocation } from './instruction.ts';
import type { InstructionLines } from './instruction-lines.ts';

/** An instruction with what its raw lines say. `keyword` is in capitals. */
export interface DockerfileInstruction extends InstructionLocation, InstructionLines {
  readonly keyword: string;
  /** Index into the stages; null before the first FROM. */
  readonly stage: number | null;
}
