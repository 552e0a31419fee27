import { givenInputs } from '../../src/base/option.ts';
import { type BuildInputs, readBuildInputs } from '../../src/build/build-inputs.ts';
import { type OptionValues, readOwnOptions } from '../../src/run/config/options.ts';

const NOTHING = givenInputs(() => '');

/** The inputs of a build, with what is not given at its default. */
export function buildInputs(given: Partial<BuildInputs> = {}): BuildInputs {
  return { ...readBuildInputs(NOTHING), ...given };
}

/** The other options, with what is not given at its default. */
export function optionValues(given: Partial<OptionValues> = {}): OptionValues {
  return { ...readOwnOptions(NOTHING), ...given };
}
