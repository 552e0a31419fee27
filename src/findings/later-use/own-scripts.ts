import { scriptCollector, TRUNCATED } from '../../packages/script-words.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { type CollectedWords, findCollectedWords } from './collected-words.ts';

/** A script, with all words that it may name; comments left out. */
export interface OwnScript extends CollectedWords {
  /** Whether they are all of its words. */
  readonly isWhole: boolean;
}

/** The scripts that whoever wrote the Dockerfile put into the image: whether it runs them or not. */
export const findOwnScripts = memoize((context: RuleContext): readonly OwnScript[] =>
  findCollectedWords(context, scriptCollector).map(each => ({
    ...each,
    isWhole: !each.words.endsWith(TRUNCATED),
  })),
);
