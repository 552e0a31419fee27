import { normalize } from 'node:path';
import { DeadweightError } from '../base/errors.ts';
import type { GivenOptions } from '../base/option.ts';
import { printable } from '../base/untrusted-text.ts';
import type { BaselineRequest } from '../baseline/baseline-request.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import { isReportOption, type OptionValues, readOwnOptions, reportPaths } from '../run/config/options.ts';

/** What the command line asks for, besides its options. */
export type Request =
  | {
      readonly command: 'build';
      readonly inputs: BuildInputs;
      /** null compares with nothing. */
      readonly baseline: BaselineRequest | null;
    }
  | { readonly command: 'inspect'; readonly reference: string }
  /** `inspect --shared`. */
  | { readonly command: 'shared'; readonly references: readonly string[] }
  | {
      readonly command: 'diff';
      /** Images as the command line takes them, or paths of snapshots. */
      readonly baseline: string;
      readonly head: string;
    }
  | { readonly command: 'fix'; readonly inputs: BuildInputs }
  | { readonly command: 'squash'; readonly reference: string }
  | {
      readonly command: 'explore';
      /** An image as the command line takes it, or the path of a report or a snapshot. */
      readonly head: string;
      /** null compares with nothing. */
      readonly baseline: string | null;
    }
  /** null for all images that have a history. */
  | { readonly command: 'trend'; readonly image: string | null }
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

/** @throws DeadweightError `usage` for several images that are not compared, and for what a report of several has not */
export function inspectRequest(references: readonly string[], options: OptionValues): Request {
  if (references.filter(reference => reference === '-').length > 1) throw standardInputTwice();
  if (options.shared) {
    const other = reportPaths(options).find(path => path !== options.json && path !== options.html);
    if (other === undefined) return { command: 'shared', references };
    throw new DeadweightError('usage', {
      message: `What images share is written as text, as JSON and as a page, and not to ${printable(other)}.`,
      remedy: 'Give only --json or --html, or inspect the images one by one.',
    });
  }
  const [reference = '', ...others] = references;
  if (others.length === 0) return { command: 'inspect', reference };
  throw new DeadweightError('usage', {
    message: `deadweight inspect weighs one image, and ${references.length} are named.`,
    remedy: 'Use deadweight diff for two, or --shared to see what several share.',
  });
}

/** @returns the error for a second archive on standard input */
export function standardInputTwice(): DeadweightError {
  return new DeadweightError('usage', {
    message: '"-" stands for the one archive on standard input, and it is given twice.',
    remedy: 'Save one of the archives to a file and name that.',
  });
}

function twoBaselines(one: string, other: string): DeadweightError {
  return new DeadweightError('usage', {
    message: `${one} and ${other} name two bases.`,
    remedy: 'Give only one of them.',
  });
}

/** @throws DeadweightError `usage`, `config-invalid`; also when several reports are to go to one place */
export function checkedOptions(given: GivenOptions): OptionValues {
  const options = readOwnOptions({
    label: given.label,
    texts(name, option) {
      const texts = given.texts(name, option);
      return isReportOption(name) ? texts.map(standardOutputOf) : texts;
    },
  });
  const paths = reportPaths(options).map(path => normalize(path));
  const twice = paths.find((path, index) => paths.indexOf(path) < index);
  if (twice === undefined) return options;
  throw new DeadweightError('usage', {
    message: `Only one report can go to ${twice === '-' ? 'standard output' : printable(twice)}.`,
    remedy: 'Give each report a file of its own.',
  });
}

/** Other names of what `-` stands for. */
const STANDARD_OUTPUT: readonly string[] = ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'];

function standardOutputOf(path: string): string {
  return STANDARD_OUTPUT.includes(normalize(path)) ? '-' : path;
}
