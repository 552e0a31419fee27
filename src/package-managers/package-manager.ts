import type { PackageCache } from './package-cache.ts';
import type { CommandWords, PackageAction, VerbAction } from './verb.ts';

/** The command that a program is short for. */
interface Shorthand {
  readonly program: string;
  /** `x`, `tool run`. */
  readonly verb: string;
}

/** A program beside the one that installs. */
interface Companion {
  readonly name: string;
  /** Whether it reads the lists that an update fetched. */
  readonly readsLists?: true;
  /** Whether it writes the package manager's caches. */
  readonly writesCaches?: true;
  /** Whether it may change which packages are installed, or what dpkg's database says about them. */
  readonly changesPackages?: true;
  /** Whether its words name packages and never files, and nothing else decides what it does. */
  readonly isFileless?: true;
  /** Whether it may compile something. */
  readonly builds?: true;
}

/** Files that are written anew with every installation, and that the image does not need. */
export interface Leftover {
  /** Clean path. */
  readonly directory: string;
  /** Names of the files, right in the directory; everything below it when absent. */
  readonly names?: RegExp;
  /** What deletes all of them: `var/log/apt/*`. When absent, each file is deleted by its own path. */
  readonly glob?: string;
  /** Whether something may still read them: then only the user is to delete them. */
  readonly isRead?: true;
}

/** What tells what a command does: its verb, or an option of programs that have no verbs. */
type Grammar =
  | {
      /** Words by what they stand for: `install`, `mod download`. */
      readonly verbs: Readonly<Partial<Record<VerbAction, readonly string[]>>>;
      readonly operations?: never;
    }
  | {
      readonly verbs?: never;
      /** Patterns of options: `-Syu`. The first word that one of them matches counts. */
      readonly operations: readonly (readonly [pattern: RegExp, action: VerbAction])[];
    };

/**
 * All that is known of one package manager, or build tool that downloads. Whoever asks about one (which commands
 * install, where a cache is, what a sentence calls it) reads its record, and writes no name of a program elsewhere.
 * Paths are clean paths of an image: `var/lib/apt`.
 *
 * @typeParam Id ids of package managers that a record may refer to
 * @typeParam Kind kinds of caches that a record may refer to
 */
export type PackageManager<Id extends string = string, Kind extends string = string> = Grammar &
  PackageManagerFacts<Id, Kind>;

interface PackageManagerFacts<Id extends string, Kind extends string> {
  /** In reports it is the argument `tool` of findings: stable. */
  readonly id: Id;
  /**
   * `system`: installs the distribution's packages, for all programs; `language`: packages of a language, wherever it is
   * run; `project`: what the project in the working directory depends on, unless it is told otherwise.
   */
  readonly scope: 'system' | 'language' | 'project';
  /** The usual name first; all of them take the same commands. */
  readonly programs: readonly [string, ...string[]];
  /** Whether programs are called with a version, too: `pip3.12`. */
  readonly isVersioned?: true;
  /** Of the programs, those that only unpack packages and install none. */
  readonly unpackers?: readonly string[];
  /** Programs that are short for a command: `uvx` for `uv tool run`. */
  readonly shorthands?: Readonly<Record<string, Shorthand>>;
  readonly companions?: readonly Companion[];

  /** What the program does without any verb. */
  readonly bare?: PackageAction;
  /** Verbs that read files other than packages: `zypper addrepo ./my.repo`. */
  readonly fileVerbs?: readonly string[];
  /** Of the verbs for `manifest`, those that delete what is installed before anything else: `npm ci`. */
  readonly installsAnew?: readonly string[];
  /** Whether a command may have several verbs, done in order: `mvn clean package`. */
  readonly hasPhases?: true;
  /** Options that the next word belongs to, separated by blanks. */
  readonly valued?: string;
  /** Decides by the whole command where its verb alone does not tell; null where it does nothing of these. */
  readonly refine?: (action: VerbAction, command: CommandWords) => VerbAction | null;
  /** Subcommands that take the commands of another package manager: `uv pip install`. */
  readonly subcommands?: Readonly<Record<string, Id>>;

  /** What the file of a package is called at its end: `.deb`. It is installed by its path in place of a name. */
  readonly packageFile?: string;
  /** Where packages that are installed in a project lie, by the name of the directory: `node_modules`. */
  readonly projectDirectory?: string;
  /** Marks commands that go on to use the sources where they are: `pip install -e .` */
  readonly inPlace?: RegExp;
  /** Whether it may ask the version control for the project's version or history. */
  readonly readsHistory?: true;

  /** Lists of what there is, that installing trusts however old they are. */
  readonly lists?: {
    /** Holds them, among other state. */
    readonly directory: string;
    /** What is written whenever packages are installed. */
    readonly installed: RegExp;
    /** Whether an upgrade fetches them anew, and does not read those that are there. */
    readonly upgradeUpdates?: true;
  };
  /** Directories that it rewrites whenever it installs something: those of its database first. */
  readonly state?: readonly string[];
  readonly leftovers?: readonly Leftover[];

  /** Files that decide what is installed in a project; empty where it needs the sources as well. */
  readonly manifests?: readonly string[];
  /** What installs from the manifests alone, where the usual command needs the sources. */
  readonly manifestCommand?: string;
  /** What a cache mount would hand from one build to the next. */
  readonly mount?: {
    /** What it is called where it is in the image, in a record of this or another package manager. */
    readonly cache: Kind;
    /** Where the official images have it for root: `/root/.npm`. */
    readonly directories: readonly string[];
  };
  readonly caches?: readonly PackageCache<Id, Kind>[];
  /** What says that nothing is to be downloaded: then the caches are needed. */
  readonly offline?: {
    readonly options?: readonly string[];
    readonly commands?: readonly string[];
    readonly variables?: RegExp;
  };
  /** How packages are left out that others only recommend. */
  readonly recommends?: {
    /** Verbs that install what was not there, and so what is recommended. */
    readonly verbs: readonly string[];
    /** The option, by the program. */
    readonly options: Readonly<Record<string, string>>;
    /** Tells commands that have decided already. */
    readonly decided: RegExp;
  };
  /** How packages are left out that a project needs for its development only. */
  readonly development?: {
    /** Where one option of the command that installs says so. */
    readonly option?: string;
    /** Tells commands that have decided already. */
    readonly decided?: RegExp;
    /** As people write them. */
    readonly install: string;
    readonly prune: string;
    /** Instead of both, in later versions of the package manager. */
    readonly later?: string;
  };
}
