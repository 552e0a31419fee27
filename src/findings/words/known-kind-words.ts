import { type Phrase, phrase } from '../../base/phrase.ts';
import type { KnownKind } from '../../compare/known-path.ts';
import { cacheOfKind } from '../../package-managers/known-cache.ts';
import type { CacheKind } from '../../package-managers/package-managers.ts';

/** What people call such files, and how an image does without them. */
export interface KnownKindWords {
  readonly noun: string;
  /** What to do where a later instruction deletes them. */
  readonly advice: Phrase;
  /** Whether the noun says where they are, so that a sentence needs no path. */
  readonly tellsPath: boolean;
}

/** What is no cache of a package manager. */
const OTHERS: Readonly<Record<Exclude<KnownKind, CacheKind>, KnownKindWords>> = {
  archives: {
    noun: 'archives',
    advice: phrase`download, unpack and delete them in one RUN, or in another stage`,
    tellsPath: false,
  },
  'temporary-files': {
    noun: 'temporary files',
    advice: phrase`delete them in the instruction that writes them`,
    tellsPath: false,
  },
};

/** @param kind of a finding's arguments: anything, where a report comes from outside */
export function knownKindWords(kind: unknown): KnownKindWords | null {
  const cache = cacheOfKind(kind);
  if (cache !== null) return { noun: cache.noun, advice: cache.advice, tellsPath: true };
  return typeof kind === 'string' && isOther(kind) ? OTHERS[kind] : null;
}

export function isKnownKind(kind: string): kind is KnownKind {
  return isOther(kind) || cacheOfKind(kind) !== null;
}

function isOther(kind: string): kind is keyof typeof OTHERS {
  return Object.hasOwn(OTHERS, kind);
}
