import { DeadweightError } from '../base/errors.ts';
import { attestsAnything } from './attestation.ts';
import { type BuildDriver, isGraphDriver } from './build-driver.ts';
import type { BuildInputs } from './build-inputs.ts';
import { type BuildOutput, isOciDirectory } from './build-output.ts';

const SWITCH =
  'turn on the containerd image store of Docker, or build with another driver (docker/setup-buildx-action makes one).';

/**
 * Refuses what cannot be built or cannot be weighed, before anything runs.
 * @throws DeadweightError `usage`
 */
export function refuseImpossible(
  inputs: BuildInputs,
  driver: BuildDriver,
  given: readonly BuildOutput[],
  attests: readonly string[],
): void {
  if (inputs.call !== '' && inputs.call !== 'build') {
    refuse(`call: ${inputs.call} only checks the Dockerfile and makes no image to weigh.`, 'Omit call.');
  }
  if (inputs.context === '-' || inputs.file === '-') {
    refuse(
      'Standard input is not read here, and the context or the Dockerfile is "-".',
      'Give them as paths.',
    );
  }
  if (given.some(output => output.attributes.get('dest') === '-')) {
    refuse('An output goes to standard output.', 'Give it a file or a directory with dest=.');
  }
  if (given.filter(isOciDirectory).length > 1) {
    refuse(
      'More than one output is an OCI directory, of which BuildKit writes one a build.',
      'Keep one of them, or drop tar=false from the others.',
    );
  }
  refuseNameless(inputs, given);
  if (isGraphDriver(driver)) refuseOnGraphDriver(inputs, given, attests);
  else if (inputs.load && inputs.platforms.length > 1 && driver.driver !== 'docker') {
    refuse(
      'load is on and there are several platforms, and the engine takes one at a time from this driver.',
      'Leave load out, or build one platform.',
    );
  }
}

/** @throws DeadweightError `usage` for an image that is to be pushed under no name */
export function refuseNameless(
  { push, tags }: Pick<BuildInputs, 'push' | 'tags'>,
  given: readonly BuildOutput[],
): void {
  const isNamed = given.some(output => output.attributes.has('name'));
  if (push && tags.length === 0 && !isNamed)
    refuse('push is on and the image has no name.', 'Give it one with tags (--tag NAME).');
}

/** What buildx refuses on the docker driver with a graph driver (buildx, `build/opt.go`). */
function refuseOnGraphDriver(
  inputs: BuildInputs,
  given: readonly BuildOutput[],
  attests: readonly string[],
): void {
  if (inputs.platforms.length > 1) {
    refuse('The docker driver builds one platform at a time.', `Build one platform, or ${SWITCH}`);
  }
  const exporter = given.find(
    ({ type, attributes }) => type === 'oci' || (type === 'docker' && attributes.has('dest')),
  );
  if (exporter)
    refuse(`The docker driver cannot write the output ${exporter.text}.`, `Leave it out, or ${SWITCH}`);
  const cache = inputs['cache-to'].find(each => !/(?:^|,)type=inline(?:,|$)/.test(each));
  if (cache !== undefined) {
    refuse(
      'The docker driver exports no cache but the inline one.',
      `Leave cache-to out (the image carries its cache), or ${SWITCH}`,
    );
  }
  if (attestsAnything(attests)) {
    refuse(
      'The docker driver cannot attest provenance or a bill of materials.',
      `Leave provenance, sbom and attests out, or ${SWITCH}`,
    );
  }
}

function refuse(message: string, remedy: string): never {
  throw new DeadweightError('usage', { message, remedy });
}
