import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { type LeftoverGroup, leftoverFindings } from '../leftover.ts';
import { removalEdits } from '../recipe/removal.ts';
import { remainsOf } from '../remains/remains.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

/**
 * Whoever installs leaves some: of curl on Debian 12, done well, 0.9 MB stay (0.8 of them debconf's copy of its
 * templates, as old as the base image's), and of 690 MB of compilers and libraries 1.5 MB. Nobody has to clean that up.
 */
const FLOOR = 3_000_000;

/** What takes them away, where nothing reads them ever again. Histories of yum and dnf are no such files. */
const REMOVABLE: readonly (readonly [pattern: RegExp, glob: string])[] = [
  [/^var\/cache\/debconf\//, 'var/cache/debconf/*-old'],
  [/^var\/lib\/dpkg\//, 'var/lib/dpkg/*-old'],
  [/^var\/cache\/ldconfig\//, 'var/cache/ldconfig/aux-cache'],
  [/^var\/log\/apt\//, 'var/log/apt/*'],
  [/^var\/log\/zypp\//, 'var/log/zypp/*'],
];

/**
 * Logs and old states of package managers. apk's scripts.tar is none: apk reads it when it removes a package.
 * Sources: debconf(7), dpkg(1), apt.conf(5), ldconfig(8), dnf's and yum's configuration references.
 */
export const packageManagerLeftovers: Rule = {
  id: 'package-manager-leftovers',
  find: subject =>
    leftoverFindings(subject, remainsOf(subject, 'package-manager-leftovers'), {
      rule: 'package-manager-leftovers',
      severity: 'info',
      floor: FLOOR,
      edits: (instruction, group) => edits(subject, instruction, group),
    }),
};

function edits(
  subject: Subject,
  instruction: DockerfileInstruction,
  { files }: LeftoverGroup,
): readonly DockerfileEdit[] {
  const globs = new Set<string>();
  for (const { path } of files) {
    const glob = REMOVABLE.find(([pattern]) => pattern.test(path))?.[1];
    if (glob === undefined && !path.startsWith('var/log/')) return [];
    globs.add(glob ?? path);
  }
  const paths = [...globs].sort();
  const names = paths.map(glob => `/${glob.replace(/\/\*.*$/, '')}`);
  return removalEdits(subject, instruction, { paths, areGlobs: true, names });
}
