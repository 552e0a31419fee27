import { code, type Phrase, phrase } from '../../base/phrase.ts';
import { inPlaces as where, madeAt as writer } from '../../findings/words/evidence-phrases.ts';
import { type KnownKindWords, knownKindWords } from '../../findings/words/known-kind-words.ts';
import type { FindingSentence, FindingSentences, ReportFinding } from './finding-text.ts';

/** Rules about package managers' caches are called as the caches are. */
const RULES = [
  ...['apt-lists', 'apt-archives', 'apt-cache', 'apk-cache', 'dnf-cache', 'zypper-cache', 'pacman-cache'],
  ...['pip-cache', 'uv-cache', 'poetry-cache', 'conda-packages'],
  ...['npm-cache', 'yarn-cache', 'pnpm-store', 'bun-cache'],
  ...['go-cache', 'cargo-cache', 'maven-repository', 'gradle-cache', 'nuget-cache'],
  ...['gem-cache', 'composer-cache'],
] as const;

export const CACHE_SENTENCES: FindingSentences = Object.fromEntries(
  RULES.map(rule => [rule, sentence(rule)]),
);

function sentence(rule: (typeof RULES)[number]): FindingSentence {
  return finding => {
    const words = knownKindWords(rule);
    const subject = words ? phrase`of ${words.noun}` : where(finding);
    return { what: phrase`${subject}${writer(finding)} stay in the image`, fix: fix(finding, words) };
  };
}

function fix({ args }: ReportFinding, words: KnownKindWords | null): Phrase | null {
  const { isCopied, isTold, neededAt } = args;
  if (isCopied === true) return phrase`leave them out of what is copied`;
  if (isTold === true)
    return phrase`end the RUN by deleting them: what it tells the tool does not keep them out`;
  if (typeof neededAt !== 'number') return words?.advice ?? null;
  const update = code('apt-get update');
  const cleanUp = code('rm -rf /var/lib/apt/lists/*');
  return phrase`update and install in one RUN (line ${neededAt} needs them, too): begin it with ${update}, end it with ${cleanUp}`;
}
