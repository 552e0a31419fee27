/**
 * What a command makes a package manager do. `names`: installs what the command itself names; `manifest`: what a file
 * of the project names; `files`: packages that lie there as files; `build`: builds the project, and downloads for it;
 * `update`: fetches the lists of what there is; `upgrade`: brings all to its newest version.
 */
export type PackageAction = Exclude<VerbAction, 'add' | 'download' | 'remove' | 'clean'>;

/**
 * What a verb stands for before the rest of its command is read. `add`: names packages or, without any, installs the
 * manifest's; `download`: downloads in a way that no rule looks into; `remove`: takes packages away; `clean`: empties
 * what is kept.
 */
export type VerbAction = (typeof VERB_ACTIONS)[number];

export const VERB_ACTIONS = [
  'names',
  'manifest',
  'files',
  'build',
  'update',
  'upgrade',
  'add',
  'download',
  'remove',
  'clean',
] as const;

/** A command as it is read: `npm --prefix web install -g serve`. */
export interface CommandWords {
  /** Behind the program, with all options. */
  readonly words: readonly string[];
  /** `install`, `-Sy`: what told the action. */
  readonly verb: string;
  /** Behind the verb, without options and their values. */
  readonly names: readonly string[];
}
