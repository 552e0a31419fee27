import { resolve } from 'node:path';
import { DeadweightError } from '../base/errors.ts';
import type { Packing } from '../base/packing.ts';
import { printable } from '../base/untrusted-text.ts';
import { type DockerName, parseDockerName, withDefaultTag } from '../oci/docker-name.ts';
import type { BuildDriver } from './build-driver.ts';
import type { BuildInputs } from './build-inputs.ts';
import { type BuildOutput, isImage, isOciDirectory, loadsByDefault, readOutput } from './build-output.ts';
import { pushes } from './deferred-push.ts';
import { refuseNameless } from './impossible-build.ts';

/** A place that a build sends its image to, named as a command line names it in `text`. Paths are absolute. */
export type ImageDestination =
  | { readonly kind: 'docker' | 'docker-daemon'; readonly text: string; readonly name: DockerName }
  | {
      readonly kind: 'docker-archive';
      readonly text: string;
      readonly path: string;
      readonly name: DockerName | null;
    }
  | {
      readonly kind: 'oci' | 'oci-archive';
      readonly text: string;
      readonly path: string;
      readonly ref: string | null;
    };

/**
 * The same build, whose image is made and goes nowhere; outputs of its files stay. What is said of an image beside its layers
 * is left out where the image is to be another: a bill of materials, and the record of an inline cache.
 */
export function withoutImage(inputs: BuildInputs): BuildInputs {
  const outputs = inputs.outputs.filter(text => !isImage(readOutput(text)));
  return {
    ...inputs,
    outputs,
    tags: [],
    push: false,
    load: false,
    attests: [],
    sbom: '',
    'inline-cache': false,
  };
}

/**
 * Where a build sends its image: what `docker buildx build` does with `--push`, `--load` and each `--output`, and, on the
 * docker driver, without any.
 * @throws DeadweightError `usage`, `reference-invalid`
 */
export function imageDestinations(
  inputs: BuildInputs,
  builder: Pick<BuildDriver, 'driver'>,
  cwd: string,
): readonly ImageDestination[] {
  const given = inputs.outputs.map(readOutput);
  refuseNameless(inputs, given);
  const images = given.filter(isImage);
  const isPushedAsOutput = images.some(({ type }) => type === 'image' || type === 'registry');
  const all = [
    ...images.flatMap(output => destinationsOf(output, inputs, builder.driver, cwd)),
    ...(inputs.push && !isPushedAsOutput ? inputs.tags.map(tag => named('docker', tag)) : []),
    ...(inputs.load || loadsByDefault(inputs, builder)
      ? inputs.tags.map(tag => named('docker-daemon', tag))
      : []),
  ];
  return [...new Map(all.map(each => [each.text, each])).values()];
}

/**
 * By which name an image that went there can be opened again; null where it went nowhere, or is not there yet.
 * @param isPushed whether it is in its registries
 */
export function openableDestination(
  destinations: readonly ImageDestination[],
  isPushed: boolean,
): string | null {
  const first = (kind: ImageDestination['kind']) => destinations.find(each => each.kind === kind);
  const loaded = first('docker-daemon');
  if (loaded !== undefined) return loaded.text.slice('docker-daemon:'.length);
  const other = destinations.find(({ kind }) => kind !== 'docker' && kind !== 'docker-daemon');
  return (isPushed ? first('docker')?.text : undefined) ?? other?.text ?? null;
}

/** How the outputs pack layers; null where they say nothing. */
export function outputPacking({ outputs }: Pick<BuildInputs, 'outputs'>): Packing | null {
  const attributes = outputs
    .map(readOutput)
    .find(output => isImage(output) && output.attributes.has('compression'))?.attributes;
  const type = PACKINGS.get(attributes?.get('compression') ?? '');
  if (type === undefined) return null;
  const level = Number(attributes?.get('compression-level') ?? Number.NaN);
  return { type, level: Number.isInteger(level) && type !== 'none' && level > 0 ? level : null };
}

/** As BuildKit names them. What `estargz` adds to gzip is of each layer's own files, which merged ones are no more. */
const PACKINGS: ReadonlyMap<string, Packing['type']> = new Map([
  ['uncompressed', 'none'],
  ['gzip', 'gzip'],
  ['estargz', 'gzip'],
  ['zstd', 'zstd'],
]);

function destinationsOf(
  output: BuildOutput,
  inputs: BuildInputs,
  driver: string,
  cwd: string,
): readonly ImageDestination[] {
  const { type, attributes } = output;
  const names = attributes.get('name')?.split(',') ?? inputs.tags;
  const dest = attributes.get('dest');
  if (type === 'image' || type === 'registry') {
    const isPushed = pushes(output) || inputs.push;
    return [
      ...(isPushed ? names.map(name => named('docker', name)) : []),
      // The engine's builder keeps its images there; another keeps none.
      ...(driver === 'docker' && type === 'image' ? names.map(name => named('docker-daemon', name)) : []),
    ];
  }
  if (dest === undefined) return names.map(name => named('docker-daemon', name));
  const path = resolve(cwd, dest);
  const name = names[0] === undefined ? null : withDefaultTag(parseDockerName(names[0]));
  if (type === 'docker') return [{ kind: 'docker-archive', text: `docker-archive:${path}`, path, name }];
  if (type !== 'oci') throw unknownOutput(output);
  const kind = isOciDirectory(output) ? 'oci' : 'oci-archive';
  return [{ kind, text: `${kind}:${path}`, path, ref: name?.tag ?? null }];
}

function named(kind: 'docker' | 'docker-daemon', tag: string): ImageDestination {
  const prefix = kind === 'docker' ? 'docker://' : 'docker-daemon:';
  return { kind, text: `${prefix}${tag}`, name: withDefaultTag(parseDockerName(tag)) };
}

function unknownOutput({ text }: BuildOutput): DeadweightError {
  return new DeadweightError('usage', {
    message: `A squashed image cannot be written to the output ${printable(text)}.`,
    remedy: 'Use push, load, or an output of the type docker, image, oci or registry.',
  });
}
