import type { OptionRemedy, RunningCommands } from './package-cache.ts';
import { findVerbs } from './package-command.ts';
import {
  type CacheKind,
  findManagerById,
  KNOWN_CACHES,
  type KnownCache,
  type KnownPackageManager,
  PACKAGE_MANAGERS,
} from './package-managers.ts';
import type { VerbAction } from './verb.ts';

/** Programs that may write what is kept, and when they do. */
export interface CacheWriters {
  /** `apt-get`, `apt`. */
  readonly programs: ReadonlySet<string>;
  /** Whether a command of these words, one of the programs first, may write it. */
  readonly writes: (words: readonly string[]) => boolean;
}

/** A cache with how to tell, by the words of commands, what they have to do with it. */
export interface CacheUse extends KnownCache {
  readonly writers: CacheWriters;
  /** What tells the package manager to keep nothing, where there is such an option. */
  readonly option: string | null;
  /** Tell a CMD or ENTRYPOINT that needs the files, and one that might miss them; null where none does. */
  readonly needed: RegExp | null;
  readonly missed: RegExp | null;
}

/** Between the words of a command in either form of CMD: `["pnpm", "dlx"]`. */
const BETWEEN = '["\',\\s]+';

/** Of every cache, in the order of the records. */
export const CACHE_USES: readonly CacheUse[] = KNOWN_CACHES.map(known => {
  const { cache, manager } = known;
  const isOption = (remedy: { readonly kind: string }): remedy is OptionRemedy => remedy.kind === 'option';
  return {
    ...known,
    writers: cacheWriters(known),
    option: cache.remedies.find(isOption)?.option ?? null,
    needed: cache.neededBy === undefined ? null : runningPattern(manager, cache.neededBy),
    missed: cache.missedBy === undefined ? null : runningPattern(manager, cache.missedBy),
  };
});

const BY_KIND: ReadonlyMap<CacheKind, CacheUse> = new Map(CACHE_USES.map(use => [use.cache.kind, use]));

export function cacheUse(kind: CacheKind): CacheUse {
  const use = BY_KIND.get(kind);
  if (use === undefined) throw new TypeError(`the kind ${kind} is of a record`);
  return use;
}

/** Its package manager with all aliases, and those that share it. */
function cacheWriters({ cache, manager }: KnownCache): CacheWriters {
  const managers = [manager, ...(cache.sharedWith ?? []).flatMap(id => findManagerById(id) ?? [])];
  const always = new Set(
    managers.flatMap(({ shorthands, companions }) => [
      ...Object.keys(shorthands ?? {}),
      ...(companions ?? []).flatMap(({ name, writesCaches }) => (writesCaches ? [name] : [])),
    ]),
  );
  const programs = new Set([...managers.flatMap(each => each.programs), ...always]);
  if (cache.writtenBy === 'any-command') return { programs, writes: () => true };
  return {
    programs,
    writes: words => always.has(words[0] ?? '') || managers.some(each => downloads(each, words)),
  };
}

const DOWNLOADS_NOTHING: ReadonlySet<VerbAction> = new Set<VerbAction>(['remove', 'clean']);

function downloads(manager: KnownPackageManager, words: readonly string[]): boolean {
  const verbs = findVerbs(manager);
  const isDownload = (word: string): boolean => {
    const action = verbs.get(word);
    return action !== undefined && !DOWNLOADS_NOTHING.has(action);
  };
  const isBare = manager.bare !== undefined && words.slice(1).every(word => word.startsWith('-'));
  return isBare || words.some(isDownload);
}

function runningPattern(
  { programs, shorthands = {} }: KnownPackageManager,
  { commands, text }: RunningCommands,
): RegExp {
  const patterns = text === undefined ? [] : [text.source];
  if (commands === 'any') patterns.push(`\\b(?:${[...programs, ...Object.keys(shorthands)].join('|')})\\b`);
  else if (commands !== undefined) {
    const verbs = commands.map(command => command.replaceAll(' ', BETWEEN)).join('|');
    const short = Object.entries(shorthands).filter(([, { verb }]) => commands.includes(verb));
    patterns.push(`\\b(?:${programs.join('|')})\\b${BETWEEN}(?:${verbs})\\b`);
    patterns.push(...short.map(([program]) => `\\b${program}\\b`));
  }
  return new RegExp(patterns.join('|'));
}

/** Tells commands that go without the network, or unpack anew: they need what was downloaded before. */
export const OFFLINE: RegExp = offlinePattern();

function offlinePattern(): RegExp {
  const patterns = PACKAGE_MANAGERS.flatMap(({ programs, offline }) => {
    const { options = [], commands = [], variables } = offline ?? {};
    return [
      ...options.map(option =>
        option.startsWith('--') ? `${option}\\b` : `\\b(?:${programs.join('|')})\\s+${option}\\b`,
      ),
      ...commands.map(command => `\\b${command}\\b`),
      ...(variables === undefined ? [] : [variables.source]),
    ];
  });
  return new RegExp([...new Set(patterns)].join('|'), 'i');
}
