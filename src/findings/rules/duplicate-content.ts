import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { cacheDirectoryOf } from '../../compare/known-cache.ts';
import type { PackageType } from '../../packages/installed-package.ts';
import { leftoverFindings } from '../leftover.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { contentOf } from '../waste/moved-files.ts';

/** Less is told of by nobody: licences and translations are alike everywhere. Bytes, of a file and of a finding. */
const SMALLEST_FILE = 64 * 1024;
const FLOOR = 1_000_000;
/** What a distribution packages twice is not the Dockerfile's doing. */
const DISTRIBUTIONS: ReadonlySet<PackageType> = new Set(['deb', 'apk', 'rpm']);

export type DuplicateContentArgs = {
  /** The largest of the copies, and where it is besides. */
  readonly copy: string;
  readonly original: string;
};

/** The same content at several places of the final filesystem. Hard links are one file, and no copies. */
export const duplicateContent: Rule = {
  id: 'duplicate-content',
  find: subject => {
    const originals = copiesOf(subject);
    return leftoverFindings(subject, [...originals.keys()], {
      rule: 'duplicate-content',
      severity: 'info',
      floor: FLOOR,
      args: ({ files }) => {
        const largest = files.reduce((best, file) => (file.bytes > best.bytes ? file : best));
        return { copy: largest.path, original: originals.get(largest) ?? '' } satisfies DuplicateContentArgs;
      },
    });
  },
};

/** Copies in own layers, each with the path of the one that stays: the base's, or the lowest layer's. */
function copiesOf(subject: Subject): ReadonlyMap<VisibleFile, string> {
  const { analysis, ownFrom } = subject;
  const contents = analysis.scans.map(({ entries }) => {
    const known = new Map<string, string>();
    for (const entry of entries) {
      const content = entry.size >= SMALLEST_FILE ? contentOf(entry) : null;
      if (content !== null) known.set(entry.path, content);
    }
    return known;
  });
  const groups = new Map<string, VisibleFile[]>();
  for (const file of analysis.visibleFiles) {
    const content = file.bytes >= SMALLEST_FILE ? contents[file.layer]?.get(file.path) : undefined;
    if (content === undefined) continue;
    const same = groups.get(content);
    if (same === undefined) groups.set(content, [file]);
    else same.push(file);
  }
  const copies = new Map<VisibleFile, string>();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const [original, ...others] = group.toSorted((a, b) => a.layer - b.layer);
    for (const file of others) {
      const owner = file.layer < ownFrom ? null : analysis.packages.ownerOf(file.path);
      // Of a cache, its own rule tells.
      const isTold = (owner && DISTRIBUTIONS.has(owner.type)) || cacheDirectoryOf(file.path) !== null;
      const isOurs = file.layer >= ownFrom && !isTold;
      if (isOurs && original) copies.set(file, original.path);
    }
  }
  return copies;
}
