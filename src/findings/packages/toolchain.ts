import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { mayBuild, runsAny } from '../recipe/build-upon.ts';
import type { Subject } from '../subject.ts';

/** Compilers, and what compiles extensions, by the names of their programs. */
const COMPILER = /(?:^|\/)bin\/(?:go|rustc|rustup|cargo|gcc|g\+\+|clang|javac|swiftc|ghc|phpize)$/;
const SDK = /(?:^|\/)(?:dotnet\/sdk\/[^/]+\/dotnet\.dll|rustlib\/[^/]+\/lib\/libstd-\w+\.so)$/;

const SYSTEM: ReadonlySet<InstalledPackage['type']> = new Set(['deb', 'apk', 'rpm']);

/**
 * Whether the image brings a compiler that no package of the system has: a language's own distribution, put there to
 * build with. What it compiles and links with belongs to it.
 */
export function bringsToolchain({ ownFiles, analysis }: Subject): boolean {
  return ownFiles.some(({ path, otherNames = [] }) => {
    if (![path, ...otherNames].some(name => COMPILER.test(name) || SDK.test(name))) return false;
    const owner = analysis.packages.ownerOf(path);
    return owner === null || !SYSTEM.has(owner.type);
  });
}

/**
 * Whether nothing that the Dockerfile runs, from this instruction on, can have built anything: who installs a compiler
 * and does not use it means it for those who use the image.
 */
export function buildsNothing({ recipe }: Subject, instruction: DockerfileInstruction | null): boolean {
  if (recipe === null || instruction === null) return false;
  const from = recipe.shipped.indexOf(instruction);
  return from >= 0 && !runsAny(recipe.shipped.slice(from), mayBuild);
}
