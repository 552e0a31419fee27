import { isSystemPackage } from '../../packages/installed-package.ts';
import { scriptCollector, TRUNCATED } from '../../packages/script-words.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';

/** A script of the final filesystem that own layers brought, and no package of the system has. */
export interface OwnScript {
  readonly path: string;
  /** All that it may name, with blanks between; comments left out. */
  readonly words: string;
  /** Whether they are all of its words. */
  readonly isWhole: boolean;
}

/** The scripts that whoever wrote the Dockerfile put into the image: whether it runs them or not. */
export const findOwnScripts = memoize((context: RuleContext): readonly OwnScript[] => {
  const { analysis, ownFrom, ownFiles } = context;
  const collected = analysis.scans.map(
    scan => new Map(scan.collected[scriptCollector.id]?.map(({ path, value }) => [path, value])),
  );
  if (collected.slice(ownFrom).every(({ size }) => size === 0)) return [];
  return ownFiles.flatMap(({ path, layer }) => {
    const words = collected[layer]?.get(path);
    if (typeof words !== 'string') return [];
    const owner = analysis.packages.ownerOf(path);
    if (owner !== null && isSystemPackage(owner)) return [];
    return [{ path, words, isWhole: !words.endsWith(TRUNCATED) }];
  });
});
