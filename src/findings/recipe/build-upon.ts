import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { expandVariables } from '../../dockerfile/shell-word.ts';
import { globalArguments } from '../../dockerfile/stage.ts';
import type { Recipe } from './recipe.ts';

/** Instructions that are carried out on top of this one: behind it in its stage, and in stages that are built on that. */
export function buildUpon(
  { dockerfile }: Recipe,
  { stage: own, startLine }: DockerfileInstruction,
): readonly DockerfileInstruction[] {
  const upon = stagesUpon(dockerfile, own);
  return dockerfile.instructions.filter(({ stage, startLine: line }) =>
    stage === own ? line > startLine : stage !== null && upon.has(stage),
  );
}

/** Whether another stage takes files from the stage of this instruction, or from one that is built on it. */
export function isTakenFrom({ dockerfile }: Recipe, { stage: own }: DockerfileInstruction): boolean {
  const upon = stagesUpon(dockerfile, own);
  const names = dockerfile.stages
    .filter(({ index }) => upon.has(index))
    .flatMap(({ name, index }) => [`${index}`, ...(name === null ? [] : [name])]);
  return dockerfile.instructions.some(({ flags }) =>
    flags.some(({ name, value }) => {
      const from = name === 'from' ? value : /(?:^|,)from=([^,]*)/.exec(value ?? '')?.[1];
      return from != null && names.includes(from.toLowerCase());
    }),
  );
}

/** The stage and all that are built on it, by their indexes. */
function stagesUpon({ instructions, stages }: Recipe['dockerfile'], own: number | null): ReadonlySet<number> {
  const globals = globalArguments(instructions, new Map());
  const upon = new Set<number>();
  const byName = new Map<string, number>();
  for (const { index, name, baseImage } of stages) {
    const below = byName.get(expandVariables(baseImage, globals).toLowerCase());
    if (index === own || (below !== undefined && upon.has(below))) upon.add(index);
    if (name !== null) byName.set(name, index);
  }
  return upon;
}

/** Programs that install, fetch, move and describe, and build nothing. */
const BUILDS_NOTHING: ReadonlySet<string> = new Set([
  ...['apt', 'apt-get', 'apt-mark', 'apt-cache', 'apk', 'dnf', 'dpkg', 'microdnf', 'rpm', 'yum', 'zypper'],
  ...['[', ':', 'cat', 'cd', 'chgrp', 'chmod', 'chown', 'cp', 'cut', 'date', 'echo', 'export', 'false'],
  ...['grep', 'head', 'id', 'ldconfig', 'ln', 'locale-gen', 'ls', 'mkdir', 'mv', 'printf', 'pwd', 'rm'],
  ...['rmdir', 'sed', 'set', 'sha256sum', 'sha512sum', 'sleep', 'sort', 'tail', 'tee', 'test', 'touch'],
  ...['tr', 'true', 'umask', 'uname', 'unset', 'update-ca-certificates', 'update-locale', 'wc', 'which'],
  ...['addgroup', 'adduser', 'groupadd', 'useradd', 'usermod', 'curl', 'wget', 'gpg', 'tar', 'unzip'],
]);

/** Whether the command may build something, or run what does: all but a few programs may. */
export function mayBuild({ words: [program = ''] }: Pick<ShellCommand, 'words'>): boolean {
  return program !== '' && !BUILDS_NOTHING.has(program.slice(program.lastIndexOf('/') + 1));
}

/** Whether any of the instructions runs a command that may need something: also where nobody can tell what it runs. */
export function runsAny(
  instructions: readonly DockerfileInstruction[],
  needs: (command: ShellCommand) => boolean,
): boolean {
  return instructions.some(instruction => {
    if (instruction.keyword !== 'RUN') return false;
    const { form, script } = runScript(instruction);
    return form === 'other' || script.commands.some(needs);
  });
}
