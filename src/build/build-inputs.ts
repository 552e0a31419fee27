import { posix } from 'node:path';
import { type GivenOptions, readOptions, type ValuesOf } from '../base/option.ts';
import { BUILD_OPTIONS, isDefaultContext } from './build-options.ts';

/** What to build, by the names of docker/build-push-action. */
export type BuildInputs = ValuesOf<typeof BUILD_OPTIONS>;

/** @throws DeadweightError `usage` */
export function readBuildInputs(given: GivenOptions): BuildInputs {
  const inputs = readOptions<BuildInputs>(BUILD_OPTIONS, given);
  const [context = ''] = given.texts('context', BUILD_OPTIONS.context);
  return context === '' || !isDefaultContext(context) ? inputs : { ...inputs, file: fileInContext(inputs) };
}

/** Of a git context, which `{{defaultContext}}:sub` is elsewhere, BuildKit reads the Dockerfile in its folder. */
function fileInContext({ context, file }: BuildInputs): string {
  if (file === '' || file === '-' || /^https?:/i.test(file)) return file;
  return posix.join(context, posix.join('/', file));
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
