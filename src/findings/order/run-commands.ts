import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { type RunScript, runScript } from '../../dockerfile/shell/run-script.ts';
import { type PackageCommand, packageCommand } from './package-command.ts';

/** What a RUN runs, read once for all rules. */
export interface RunCommands extends RunScript {
  /** Those that have something downloaded, in order. */
  readonly packages: readonly PackageCommand[];
}

const KNOWN = new WeakMap<DockerfileInstruction, RunCommands>();

/** Without commands for any other instruction. */
export function runCommands(instruction: DockerfileInstruction): RunCommands {
  let known = KNOWN.get(instruction);
  if (known === undefined) {
    const run = runScript(instruction);
    known = { ...run, packages: run.script.commands.flatMap(command => packageCommand(command) ?? []) };
    KNOWN.set(instruction, known);
  }
  return known;
}
