import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { BUILDLESS_PROGRAMS } from '../../package-managers/package-managers.ts';
import { isSystemPackage } from '../../packages/installed-package.ts';
import type { RuleContext } from '../rule-context.ts';

/** Compilers, and what compiles extensions, by the names of their programs. */
const COMPILER = /(?:^|\/)bin\/(?:go|rustc|rustup|cargo|gcc|g\+\+|clang|javac|swiftc|ghc|phpize)$/;
const SDK = /(?:^|\/)(?:dotnet\/sdk\/[^/]+\/dotnet\.dll|rustlib\/[^/]+\/lib\/libstd-\w+\.so)$/;

/**
 * Whether the image brings a compiler that no package of the system has: a language's own distribution, put there to
 * build with. What it compiles and links with belongs to it.
 */
export function bringsToolchain({ ownFiles, analysis }: RuleContext): boolean {
  return ownFiles.some(({ path, otherNames = [] }) => {
    if (![path, ...otherNames].some(name => COMPILER.test(name) || SDK.test(name))) return false;
    const owner = analysis.packages.ownerOf(path);
    return owner === null || !isSystemPackage(owner);
  });
}

/**
 * Whether nothing that the Dockerfile runs, from this instruction on, can have built anything: who installs a compiler
 * and does not use it means it for those who use the image.
 */
export function buildsNothing(
  { dockerfile }: RuleContext,
  instruction: DockerfileInstruction | null,
): boolean {
  if (dockerfile === null || instruction === null) return false;
  const from = dockerfile.shipped.indexOf(instruction);
  return from >= 0 && !runsAny(dockerfile.shipped.slice(from), mayBuild);
}

/** Programs that install, fetch, move and describe, and build nothing. */
const BUILDS_NOTHING: ReadonlySet<string> = new Set([
  ...BUILDLESS_PROGRAMS,
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
