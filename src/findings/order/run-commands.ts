import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { type RunScript, runScript } from '../../dockerfile/shell/run-script.ts';
import { type PackageCommand, packageCommand } from '../../package-managers/package-command.ts';
import { fact } from '../fact.ts';

/** What a RUN runs. */
export interface RunCommands extends RunScript {
  /** Those that have something downloaded, in order. */
  readonly packages: readonly PackageCommand[];
}

/** Without commands for any other instruction. */
export const runCommands = fact((instruction: DockerfileInstruction): RunCommands => {
  const run = runScript(instruction);
  return { ...run, packages: run.script.commands.flatMap(command => packageCommand(command) ?? []) };
});

/** The first command of a RUN that installs packages which it names; null where none does. */
export function namedInstall(run: DockerfileInstruction): PackageCommand | null {
  return runCommands(run).packages.find(({ action }) => action === 'names') ?? null;
}
