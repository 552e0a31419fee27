import { type Command, Option } from 'commander';
import { DeadweightError } from '../base/errors.ts';
import type { BaselineRequest } from '../baseline/baseline-request.ts';

/** The options of `build` that say what to compare with. */
export function addBaselineOptions(command: Command): void {
  command
    .option('--against <ref>', 'compare with the image that this git ref builds')
    .addOption(
      new Option('--baseline-file <file>', 'compare with a snapshot (one a platform)').argParser(
        (value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value],
      ),
    )
    .option(
      '--baseline-image <image>',
      'compare with an image of a registry ({sha} is the commit of --against)',
    );
}

/** @throws DeadweightError `usage` */
export function baselineOf(options: Readonly<Record<string, unknown>>): BaselineRequest | null {
  const { against, baselineFile, baselineImage } = options;
  const commit = typeof against === 'string' ? ({ kind: 'explicit', ref: against } as const) : null;
  if (Array.isArray(baselineFile)) {
    if (commit !== null) throw both('--against', '--baseline-file');
    if (baselineImage !== undefined) throw both('--baseline-image', '--baseline-file');
    return { kind: 'file', paths: baselineFile, required: true };
  }
  if (typeof baselineImage === 'string') {
    return { kind: 'registry', commit, branch: null, template: baselineImage };
  }
  return commit && { kind: 'rebuild', commit };
}

function both(one: string, other: string): DeadweightError {
  return new DeadweightError('usage', {
    message: `${one} and ${other} name two bases.`,
    remedy: 'Give one of them.',
  });
}
