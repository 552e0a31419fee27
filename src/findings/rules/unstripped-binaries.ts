import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { StrippableFiles } from '../../packages/elf/elf-collector.ts';
import type { PackageType } from '../../packages/installed-package.ts';
import { leftoverFindings } from '../leftover.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export type UnstrippedBinariesArgs = {
  /** Of the bytes, what is debug information; the rest are symbols, which stack traces are told with. */
  readonly debugBytes: number;
};

/** The symbols of a few small programs are no more than that. */
const FLOOR = 1_000_000;

/**
 * Packages whose programs somebody else built, and meant to be as they are: distributions strip what may be stripped,
 * and shared objects of wheels do not always survive it. gem and npm build theirs when they install.
 */
const BUILT_ELSEWHERE: ReadonlySet<PackageType> = new Set(['deb', 'apk', 'rpm', 'pypi']);

/**
 * Symbols and debug information in programs and shared objects: the part of the files that `strip` takes away. Of an
 * image that is built upon, and of one that is to be debugged, they may be wanted.
 */
export const unstrippedBinaries: Rule = {
  id: 'unstripped-binaries',
  find: subject => {
    const strippable = new StrippableFiles(subject.analysis.scans);
    const debug = new Map<string, number>();
    const files = ownBuilt(subject).flatMap((file): VisibleFile[] => {
      const found = strippable.at(file);
      if (found === null) return [];
      debug.set(file.path, found.debug);
      return [{ ...file, bytes: found.debug + found.symbols }];
    });
    return leftoverFindings(subject, files, {
      rule: 'unstripped-binaries',
      severity: 'warning',
      floor: FLOOR,
      args: group =>
        ({
          debugBytes: group.files.reduce((sum, { path }) => sum + (debug.get(path) ?? 0), 0),
        }) satisfies UnstrippedBinariesArgs,
    });
  },
};

function ownBuilt({ ownFiles, analysis }: Subject): readonly VisibleFile[] {
  return ownFiles.filter(({ path }) => {
    const owner = analysis.packages.ownerOf(path);
    return owner === null || !BUILT_ELSEWHERE.has(owner.type);
  });
}
