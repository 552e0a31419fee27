import { normalize } from 'node:path';
import { DeadweightError } from '../base/errors.ts';
import type { GivenOptions } from '../base/option.ts';
import { printable } from '../base/untrusted-text.ts';
import type { BaselineRequest } from '../baseline/baseline-request.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import { type OptionValues, readOwnOptions, reportPaths } from '../run/config/options.ts';

/** What the command line asks for, besides its options. */
export type Request =
  | {
      readonly command: 'build';
      readonly inputs: BuildInputs;
      /** null compares with nothing. */
      readonly baseline: BaselineRequest | null;
    }
  | { readonly command: 'inspect'; readonly reference: string }
  | {
      readonly command: 'diff';
      /** Images as the command line takes them, or paths of snapshots. */
      readonly baseline: string;
      readonly head: string;
    }
  | { readonly command: 'fix'; readonly inputs: BuildInputs }
  | { readonly command: 'squash'; readonly reference: string }
  | { readonly command: 'cache' }
  /** null lists all rules. */
  | { readonly command: 'explain'; readonly rule: string | null };

/** A command with its options. */
export interface Invocation {
  readonly request: Request;
  readonly options: OptionValues;
}

/**
 * The baseline that the flags of `build` name; null where they name none.
 * @throws DeadweightError `usage`
 */
export function baselineOfFlags(options: OptionValues): BaselineRequest | null {
  const { against, 'baseline-file': paths, 'baseline-image': template } = options;
  const commit = against === null ? null : ({ kind: 'explicit', ref: against } as const);
  if (paths.length > 0) {
    if (commit !== null) throw twoBaselines('--against', '--baseline-file');
    if (template !== null) throw twoBaselines('--baseline-image', '--baseline-file');
    return { kind: 'file', paths, required: true };
  }
  if (template !== null) return { kind: 'registry', commit, branch: null, template };
  return commit && { kind: 'rebuild', commit };
}

function twoBaselines(one: string, other: string): DeadweightError {
  return new DeadweightError('usage', {
    message: `${one} and ${other} name two bases.`,
    remedy: 'Give only one of them.',
  });
}

/** @throws DeadweightError `usage`, `config-invalid`; also when several reports are to go to one place */
export function checkedOptions(given: GivenOptions): OptionValues {
  const options = readOwnOptions(given);
  const paths = reportPaths(options).map(path => normalize(path));
  const twice = paths.find((path, index) => paths.indexOf(path) < index);
  if (twice === undefined) return options;
  throw new DeadweightError('usage', {
    message: `Only one report can go to ${twice === '-' ? 'standard output' : printable(twice)}.`,
    remedy: 'Give each report a file of its own.',
  });
}
