import type { KnownCache } from './known-cache.ts';
import type { RunningCommands } from './package-cache.ts';
import { verbsOf } from './package-command.ts';
import type { VerbAction } from './package-manager.ts';
import { type KnownPackageManager, managerById, PACKAGE_MANAGERS } from './package-managers.ts';

/** Programs that may write what is kept, and when they do. */
export interface CacheWriters {
  /** `apt-get`, `apt`. */
  readonly programs: ReadonlySet<string>;
  /** Whether a command of these words, one of the programs first, may write it. */
  readonly writes: (words: readonly string[]) => boolean;
}

/** Who writes a cache: its package manager with all aliases, and those that share it. */
export function cacheWriters({ cache, manager }: KnownCache): CacheWriters {
  const managers = [manager, ...(cache.sharedWith ?? []).flatMap(id => managerById(id) ?? [])];
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

const KEEPING: ReadonlySet<VerbAction | undefined> = new Set(['remove', 'clean', undefined] as const);

function downloads(manager: KnownPackageManager, words: readonly string[]): boolean {
  const verbs = verbsOf(manager);
  if (words.some(word => !KEEPING.has(verbs.get(word)))) return true;
  return manager.bare !== undefined && words.slice(1).every(word => word.startsWith('-'));
}

/** Tells commands in the text of CMD or ENTRYPOINT, in whichever form. */
export function runningPattern(
  { programs, shorthands = {} }: KnownPackageManager,
  { commands, text }: RunningCommands,
): RegExp {
  const patterns = text === undefined ? [] : [text.source];
  if (commands === 'any') patterns.push(`\\b(?:${[...programs, ...Object.keys(shorthands)].join('|')})\\b`);
  else if (commands !== undefined) {
    const between = '["\',\\s]+';
    const verbs = commands.map(command => command.replaceAll(' ', between));
    patterns.push(`\\b(?:${programs.join('|')})\\b${between}(?:${verbs.join('|')})\\b`);
    const short = Object.entries(shorthands).filter(([, long]) =>
      commands.some(command => programs.some(program => long === `${program} ${command}`)),
    );
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
