import type { Phrase } from '../base/phrase.ts';
import type { VerbAction } from './verb.ts';

/**
 * What keeps a cache out of the layer of a RUN that writes it.
 * - `clean`: the package manager's own command at the end of the RUN;
 * - `option`: an option of the commands that write it;
 * - `mount`: a cache mount over its directories;
 * - `delete`: `rm -rf` of its directories, or of what is inside, at the end of the RUN.
 */
export type CacheRemedy = CleanRemedy | OptionRemedy | { readonly kind: 'mount' } | DeleteRemedy;

export interface CleanRemedy {
  readonly kind: 'clean';
  /** Behind the program: `clean all`. */
  readonly command: string;
  /** Whether only the usual program has the command, whichever of them the RUN has run. */
  readonly needsUsualProgram?: true;
  /** Options that put the cache, or the whole system, where the command would not look. */
  readonly elsewhere?: RegExp;
  /** The only directories that the command empties; all of the cache's when absent. */
  readonly roots?: RegExp;
}

export interface OptionRemedy {
  readonly kind: 'option';
  readonly option: string;
  /** What the verbs that take it stand for. The first is what advice names. */
  readonly takenBy: readonly [VerbAction, ...VerbAction[]];
  /** Programs that run the package manager by themselves, and do not know of the option. */
  readonly runners?: readonly string[];
}

export interface DeleteRemedy {
  readonly kind: 'delete';
  /** What to delete in each of the directories: `*` leaves the directory itself, which goes as well when absent. */
  readonly inside?: string;
}

/** Commands that an image may run, told by the text of its CMD or ENTRYPOINT. */
export interface RunningCommands {
  /** Of the package manager's programs, those with one of these verbs; `any`: whatever they are to do. */
  readonly commands?: 'any' | readonly string[];
  /** Anything else that the text may say. */
  readonly text?: RegExp;
}

/**
 * A directory of a cache: a clean path, `~/` standing for a home directory, the application's or any other place that
 * is at most four levels down: `~/.cache/pip`. Or, where a path does not tell, an expression for all above the last
 * slash.
 */
export type CacheDirectory = string | { readonly parent: string; readonly name: string };

/** What a package manager keeps for its next run. */
export interface PackageCache<Id extends string = string, Kind extends string = string> {
  /** The rule that finds it has the same id: `npm-cache`. */
  readonly kind: Kind;
  /** What it holds, in one line without a full stop: the list of rules. Markdown. */
  readonly finds: string;
  /** What people call it: `npm's cache`. It says where the files are. */
  readonly noun: string;
  /** How many bytes it usually is, in sentences: the rule's page. Markdown. */
  readonly usual: string;
  /** When it is right to keep it in an image, where that is not for every cache the same. Sentences. Markdown. */
  readonly whenToIgnore?: string;
  /** What to do about it, where that does not follow from the remedies. */
  readonly advice?: Phrase;
  /** Directories that only the package manager reads. */
  readonly directories: readonly CacheDirectory[];
  /** Whether any command may write it, or only those that download. */
  readonly writtenBy: 'any-command' | 'downloads';
  /** Other package managers that write it. */
  readonly sharedWith?: readonly Id[];
  /** In order of preference; empty where nothing is known to be safe. */
  readonly remedies: readonly CacheRemedy[];
  /**
   * Whether a later RUN of the package manager would write again what an earlier one does not leave; or, where the
   * remedy takes away another cache as well, the kind of that: then it would where files of it are left.
   */
  readonly isRewritten: boolean | Kind;
  /** What an image runs that needs the files: then they are not leftovers. */
  readonly neededBy?: RunningCommands;
  /** What it runs that might miss them: then only the user is to take them away. */
  readonly missedBy?: RunningCommands;
  /** Of a RUN's commands: an option of those that want the files themselves. */
  readonly wantedBy?: RegExp;
  /** The files that the remedies take away, by their paths; all that are in the directories when absent. */
  readonly files?: RegExp;
  /** Files that programs run from, where the image has a file that `marker` matches. */
  readonly inUse?: { readonly marker: RegExp; readonly files: RegExp };
}
