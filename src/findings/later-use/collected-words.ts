import type { Collector } from '../../layer/collector.ts';
import { isSystemPackage } from '../../packages/installed-package.ts';
import type { RuleContext } from '../rule-context.ts';

/** A file of the final filesystem that own layers brought, and no package of the system has. */
export interface CollectedWords {
  readonly path: string;
  /** What a collector kept of it, with blanks between. */
  readonly words: string;
}

/** The words that a collector kept of such files. */
export function findCollectedWords(
  { analysis, ownFrom, ownFiles }: RuleContext,
  { id }: Collector,
): readonly CollectedWords[] {
  const collected = analysis.scans.map(
    scan => new Map(scan.collected[id]?.map(({ path, value }) => [path, value])),
  );
  if (collected.slice(ownFrom).every(({ size }) => size === 0)) return [];
  return ownFiles.flatMap(({ path, layer }) => {
    const words = collected[layer]?.get(path);
    if (typeof words !== 'string') return [];
    const owner = analysis.packages.ownerOf(path);
    return owner !== null && isSystemPackage(owner) ? [] : [{ path, words }];
  });
}
