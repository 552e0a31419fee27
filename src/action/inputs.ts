import { getInput } from '@actions/core';
import { DeadweightError } from '../base/errors.ts';
import { givenInputs } from '../base/option.ts';
import { type BuildInputs, readBuildInputs } from '../build/build-inputs.ts';
import { isDefaultContext } from '../build/build-options.ts';
import { type OptionValues, readOwnOptions } from '../run/config/options.ts';
import { VERSION } from '../run/version.ts';

/** The inputs of a step, as action.yml has them. */
export interface ActionInputs {
  readonly options: OptionValues;
  readonly build: BuildInputs;
  /** Whether the context is the default one, or a folder of it. */
  readonly isDefaultContext: boolean;
}

/** @throws DeadweightError `usage`, `config-invalid` */
export function actionInputs(): ActionInputs {
  const given = givenInputs(name => getInput(name, { trimWhitespace: false }));
  const options = readOwnOptions(given);
  checkBaseline(options);
  checkPrepare(options);
  const isDefault = isDefaultContext(getInput('context'));
  return { options, build: readBuildInputs(given), isDefaultContext: isDefault };
}

/** What tells apart which step of another run weighs the same, and how. May hold secrets. */
export function nameOfStep({ options, build }: ActionInputs): string {
  const { context, file, target, platforms } = build;
  return JSON.stringify([VERSION, options.image, context, file, target, platforms]);
}

/** @throws DeadweightError `usage` when something is missing, or named and not read: that would be a silent mistake */
function checkBaseline(options: OptionValues): void {
  const { baseline: kind, 'baseline-file': files, 'baseline-image': image } = options;
  if (kind === 'file' && files.length === 0) throw incomplete('file');
  if (kind === 'registry' && image === null) throw incomplete('image', 'registry');
  if (kind !== 'file' && files.length > 0) throw unread('file', kind, 'file');
  if (kind !== 'registry' && image !== null) throw unread('image', kind, 'registry');
}

function checkPrepare({ prepare, image }: OptionValues): void {
  if (prepare === null || image === null) return;
  throw usage('The input prepare is not read: image names an image that exists.', 'Omit prepare.');
}

function incomplete(part: string, kind = part): DeadweightError {
  return usage(`The input baseline is ${kind}, and baseline-${part} is empty.`, `Give baseline-${part}.`);
}

function unread(part: string, kind: string, wanted: string): DeadweightError {
  return usage(`The input baseline-${part} is not read: baseline is ${kind}.`, `Set baseline to ${wanted}.`);
}

function usage(message: string, remedy: string): DeadweightError {
  return new DeadweightError('usage', { message, remedy });
}
