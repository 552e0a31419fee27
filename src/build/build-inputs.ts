import { type GivenOptions, readOptions, type ValuesOf } from '../base/option.ts';
import { BUILD_OPTIONS } from './build-options.ts';

/** What to build, by the names of docker/build-push-action. */
export type BuildInputs = ValuesOf<typeof BUILD_OPTIONS>;

/** @throws DeadweightError `usage` */
export function readBuildInputs(given: GivenOptions): BuildInputs {
  return readOptions<BuildInputs>(BUILD_OPTIONS, given);
}

/** The inputs of the same build for an image that is weighed and goes nowhere. */
export function withoutOutputs(inputs: BuildInputs): BuildInputs {
  return {
    ...inputs,
    tags: [],
    outputs: [],
    push: false,
    load: false,
    'cache-to': [],
    attests: [],
    provenance: '',
    sbom: '',
  };
}
