import { type BuildDriver, isGraphDriver } from './build-driver.ts';
import type { BuildInputs } from './build-inputs.ts';
import { type BuildOutput, isImage, isOciDirectory } from './build-output.ts';
import { csvLine } from './input-list.ts';

/** Where the image will be once it is built. */
export type PlannedImage =
  | { readonly kind: 'daemon' }
  | { readonly kind: 'layout'; readonly directory: string };

export interface PlannedOutputs {
  /** Values of `--output`. */
  readonly texts: readonly string[];
  readonly image: PlannedImage;
}

/**
 * The outputs in the order that BuildKit needs. `--load` and `--push` are written out, because buildx appends them
 * after all others, and an OCI directory must come last: before a registry output its index names a digest
 * that is not there.
 */
export function planOutputs(
  inputs: BuildInputs,
  driver: BuildDriver,
  given: readonly BuildOutput[],
  layout: string,
): PlannedOutputs {
  const pushed = inputs.push && given.some(output => output.type === 'image');
  const texts = given
    .filter(output => !isOciDirectory(output))
    .map(({ type, text }) => (inputs.push && type === 'image' ? `${text},push=true` : text));
  if (inputs.push && !pushed) texts.push('type=registry');
  const isLoaded = given.some(({ type, attributes }) => type === 'docker' && !attributes.has('dest'));
  // What `docker buildx build` does on this driver when nothing is asked for.
  const loadsByDefault = driver.driver === 'docker' && given.length === 0 && !inputs.push;
  const needsDaemon = isGraphDriver(driver) && !inputs.push && !given.some(isImage);
  if ((inputs.load || loadsByDefault || needsDaemon) && !isLoaded) texts.push('type=docker');
  if (isGraphDriver(driver)) return { texts, image: { kind: 'daemon' } };
  const own = given.find(isOciDirectory);
  const directory = own?.attributes.get('dest') ?? layout;
  texts.push(
    own?.text ?? csvLine(['type=oci', 'tar=false', `dest=${directory}`, ...sharedAttributes(given)]),
  );
  return { texts, image: { kind: 'layout', directory } };
}

/** What changes the layers of a registry's image changes those that are weighed. */
function sharedAttributes(given: readonly BuildOutput[]): readonly string[] {
  const image = given.find(output => isImage(output) && output.attributes.size > 1);
  return ['compression', 'compression-level', 'force-compression', 'rewrite-timestamp'].flatMap(name => {
    const value = image?.attributes.get(name);
    return value === undefined ? [] : [`${name}=${value}`];
  });
}
