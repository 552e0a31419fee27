import { getInput } from '@actions/core';
import { givenInputs } from '../base/option.ts';
import { type BuildInputs, readBuildInputs } from '../build/build-inputs.ts';
import { type OptionValues, readOwnOptions } from '../run/config/options.ts';
import { checkBaseline } from './baseline-inputs.ts';

/** The inputs of a step, as action.yml has them. */
export interface ActionInputs {
  readonly options: OptionValues;
  readonly build: BuildInputs;
}

/** @throws DeadweightError `usage`, `config-invalid` */
export function actionInputs(): ActionInputs {
  const given = givenInputs(name => getInput(name, { trimWhitespace: false }));
  const options = readOwnOptions(given);
  checkBaseline(options);
  return { options, build: readBuildInputs(given) };
}
