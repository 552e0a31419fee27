import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import type { Subject } from '../subject.ts';

const PROGRAM = /(?:^|\/)s?bin\/([^/]+)$/;
const WORD = /[\w.+-]+/g;

/** Which packages have a program that one of these instructions names, or are named themselves. */
export function namedPackages(
  subject: Subject,
  packages: readonly InstalledPackage[],
  instructions: readonly DockerfileInstruction[],
): readonly InstalledPackage[] {
  if (packages.length === 0) return [];
  const words = new Set(instructions.flatMap(({ text }) => text.match(WORD) ?? []));
  const isNamed = (path: string): boolean => words.has(PROGRAM.exec(path)?.[1] ?? '');
  const linked = new Set(linksOf(subject).filter(isNamed).map(subject.analysis.packages.ownerOf));
  return packages.filter(
    found =>
      words.has(found.name) ||
      linked.has(found) ||
      subject.analysis.packages.filesOf(found).some(({ path }) => isNamed(path)),
  );
}

/** `usr/bin/python3` leads to `python3.11`, and belongs to another package. */
function linksOf({ analysis, ownFrom }: Subject): readonly string[] {
  return analysis.scans
    .slice(ownFrom)
    .flatMap(({ entries }) => entries.flatMap(({ kind, path }) => (kind === 'symlink' ? [path] : [])));
}
