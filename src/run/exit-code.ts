import type { ErrorCode } from '../base/errors.ts';
import { DeadweightError } from '../base/errors.ts';

/** The exit codes that DESIGN fixes for both entries. */
export const EXIT = {
  fine: 0,
  budgetFailed: 1,
  usage: 2,
  buildFailed: 3,
  unreadable: 4,
  bug: 70,
} as const;

/** What each exit code means, for the help and the guide. */
export const EXIT_MEANINGS: Readonly<Record<(typeof EXIT)[keyof typeof EXIT], string>> = {
  [EXIT.fine]: 'fine',
  [EXIT.budgetFailed]:
    'a budget failed, or needs a base that is missing (missing-baseline: fail), or a finding failed the run (fail-on)',
  [EXIT.usage]: 'wrong usage or configuration',
  [EXIT.buildFailed]: 'the build, its prepare command or the push failed',
  [EXIT.unreadable]: 'an input could not be read, or an output not be written',
  [EXIT.bug]: 'a bug of Deadweight: please report it',
};

const USAGE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'usage',
  'config-invalid',
  'reference-invalid',
  'git-ref-unknown',
  'dockerfile-missing',
]);

const BUILD: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'build-failed',
  'prepare-failed',
  'push-failed',
  'buildx-missing',
  'cancelled',
]);

/**
 * The exit code of a run that ended with an error.
 * @param building whether the run was to build: an engine that does not answer fails a build, and is an unreadable input else
 */
export function exitCodeOf(error: unknown, building: boolean): number {
  if (!(error instanceof DeadweightError)) return EXIT.bug;
  if (USAGE.has(error.code)) return EXIT.usage;
  if (BUILD.has(error.code)) return EXIT.buildFailed;
  if (building && error.code === 'engine-unreachable') return EXIT.buildFailed;
  return EXIT.unreadable;
}
