import { join } from 'node:path';
import type { Notice } from '../base/notice.ts';
import { type AttestationDefaults, planAttestations } from './attestation.ts';
import { planBuildArgs, splitPair, valuesOfBuildArgs } from './build-argument.ts';
import type { BuildDriver } from './build-driver.ts';
import type { BuildInputs } from './build-inputs.ts';
import {
  type BuildOutput,
  isFiles,
  isImage,
  type PlannedImage,
  planOutputs,
  readOutput,
} from './build-output.ts';
import type { Uncached } from './build-result.ts';
import { type PlannedFile, planSecrets } from './build-secret.ts';
import { chooseDockerfileSource, type DockerfileSource } from './dockerfile-source.ts';
import { refuseImpossible } from './impossible-build.ts';

export interface BuildPaths {
  /** An existing directory of this build alone, for its id, metadata and secrets. Absolute. */
  readonly work: string;
  /** Where an OCI layout goes when one is needed; `layout` in `work` when absent. */
  readonly layout?: string;
}

export interface BuildPlanOptions {
  /** Digests that images are held to, by name as in FROM (`debian:bookworm`): `pins` of another build's result. */
  readonly pins?: Readonly<Record<string, string>>;
  readonly attestation?: AttestationDefaults | null;
  /** Whether the blobs of the engine that builds can be read where it keeps them; false when absent. */
  readonly readsEngine?: boolean;
  /** Whether there is no file at a path of the inputs; nothing is missing when absent. */
  readonly isMissing?: (path: string) => boolean;
  /** The environment of docker; empty when absent. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How to build, and where the image will be. Pure data: nothing has happened yet. */
export interface BuildPlan {
  readonly program: 'docker';
  /** `buildx build …`, the context last. */
  readonly args: readonly string[];
  /** Added to the environment of the build. */
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly PlannedFile[];
  readonly imageIdFile: string;
  readonly metadataFile: string;
  readonly image: PlannedImage;
  readonly dockerfile: DockerfileSource;
  readonly target: string;
  readonly platforms: readonly string[];
  readonly uncached: Uncached;
  /** Values by name, of those, too, whose values docker takes from its environment. */
  readonly buildArgs: ReadonlyMap<string, string>;
  readonly driver: BuildDriver;
  readonly notices: readonly Notice[];
}

/**
 * Plans the build of the inputs on a driver.
 * @throws DeadweightError `usage` when the inputs and the driver cannot go together
 */
export function planBuild(
  inputs: BuildInputs,
  driver: BuildDriver,
  paths: BuildPaths,
  options: BuildPlanOptions = {},
): BuildPlan {
  const given = inputs.outputs.map(readOutput);
  const outputs = planOutputs(
    inputs,
    driver,
    given,
    paths.layout ?? join(paths.work, 'layout'),
    options.readsEngine ?? false,
  );
  const attests = planAttestations(inputs, driver, given, options.attestation ?? null);
  refuseImpossible(inputs, driver, given, attests);
  const secrets = planSecrets(inputs, paths.work, options.isMissing);
  const env = options.env ?? {};
  const buildArgs = planBuildArgs(inputs['build-args'], env);
  const imageIdFile = join(paths.work, 'image-id');
  const metadataFile = join(paths.work, 'metadata.json');
  const args = [
    'buildx',
    'build',
    '--progress=rawjson',
    ...(given.some(isFiles) ? [] : ['--iidfile', imageIdFile]),
    '--metadata-file',
    metadataFile,
    ...inputArgs(inputs, buildArgs.texts),
    ...repeatOption('--build-context', pinContexts(inputs, options.pins ?? {})),
    ...repeatOption(
      '--cache-to',
      inputs['cache-to'].length > 0 ? inputs['cache-to'] : inlineCache(inputs, given),
    ),
    ...attests,
    ...secrets.args,
    ...repeatOption('--output', outputs.texts),
    ...optional('--builder', inputs.builder),
    '--',
    inputs.context,
  ];
  return {
    program: 'docker',
    args,
    files: secrets.files,
    imageIdFile,
    metadataFile,
    driver,
    // Provenance in mode max is where layers get their lines from; it is read here and goes nowhere else.
    env: { ...buildArgs.env, BUILDX_METADATA_PROVENANCE: 'max', BUILDX_METADATA_WARNINGS: 'true' },
    image: outputs.image,
    dockerfile: chooseDockerfileSource(inputs),
    target: inputs.target,
    platforms: inputs.platforms,
    uncached: { all: inputs['no-cache'], stages: inputs['no-cache-filters'] },
    buildArgs: valuesOfBuildArgs(inputs['build-args'], env),
    notices: secrets.notices,
  };
}

/** How to ask BuildKit something about a build: `check`, `outline`. */
export type CallPlan = Pick<BuildPlan, 'program' | 'args' | 'env' | 'files' | 'notices'>;

/**
 * Plans a `call` that makes no image: what an image is written to, cached in and attested with has no meaning for it.
 * @param work an existing directory of this call alone, for its secrets. Absolute
 */
export function planCall(
  inputs: BuildInputs,
  work: string,
  { isMissing, env = {} }: Pick<BuildPlanOptions, 'isMissing' | 'env'> = {},
): CallPlan {
  const { args, files, notices } = planSecrets(inputs, work, isMissing);
  const buildArgs = planBuildArgs(inputs['build-args'], env);
  return {
    program: 'docker',
    args: [
      'buildx',
      'build',
      '--call',
      inputs.call,
      ...inputArgs(inputs, buildArgs.texts),
      ...args,
      ...optional('--builder', inputs.builder),
      '--',
      inputs.context,
    ],
    env: buildArgs.env,
    files,
    notices,
  };
}

/** How to build a stage and keep nothing of it. */
export type CheckPlan = Pick<BuildPlan, 'program' | 'args' | 'env' | 'files' | 'buildArgs'>;

/**
 * Plans the build of a stage for what it does and not for what it makes: the stage itself never comes from the cache.
 * @param inputs their target is the stage
 * @param work an existing directory of this build alone, for its secrets. Absolute
 */
export function planCheck(
  inputs: BuildInputs,
  work: string,
  { pins = {}, isMissing, env = {} }: Pick<BuildPlanOptions, 'pins' | 'isMissing' | 'env'> = {},
): CheckPlan {
  const { args, files } = planSecrets(inputs, work, isMissing);
  const buildArgs = planBuildArgs(inputs['build-args'], env);
  return {
    program: 'docker',
    args: [
      'buildx',
      'build',
      '--progress=rawjson',
      ...inputArgs({ ...inputs, 'no-cache-filters': [inputs.target] }, buildArgs.texts),
      ...repeatOption('--build-context', pinContexts(inputs, pins)),
      ...args,
      '--output',
      'type=cacheonly',
      ...optional('--builder', inputs.builder),
      '--',
      inputs.context,
    ],
    env: buildArgs.env,
    files,
    buildArgs: valuesOfBuildArgs(inputs['build-args'], env),
  };
}

/** The inputs that are passed as they are, but for the build arguments. */
function inputArgs(inputs: BuildInputs, buildArgs: readonly string[]): readonly string[] {
  return [
    ...repeatOption('--add-host', inputs['add-hosts']),
    ...repeatOption('--allow', inputs.allow),
    ...repeatOption('--annotation', inputs.annotations),
    ...repeatOption('--build-arg', buildArgs),
    ...repeatOption('--build-context', inputs['build-contexts']),
    ...repeatOption('--cache-from', inputs['cache-from']),
    ...optional('--cgroup-parent', inputs['cgroup-parent']),
    ...optional('--file', inputs.file),
    ...repeatOption('--label', inputs.labels),
    ...repeatOption('--no-cache-filter', inputs['no-cache-filters']),
    ...optional('--platform', inputs.platforms.join(',')),
    ...optional('--shm-size', inputs['shm-size']),
    ...repeatOption('--ssh', inputs.ssh),
    ...repeatOption('--tag', inputs.tags),
    ...optional('--target', inputs.target),
    ...repeatOption('--ulimit', inputs.ulimit),
    ...optional('--network', inputs.network),
    ...(inputs['no-cache'] ? ['--no-cache'] : []),
    ...(inputs.pull ? ['--pull'] : []),
  ];
}

/** A cache inside the image is of no use when there is no image, or when a build argument already asks for it. */
function inlineCache(inputs: BuildInputs, given: readonly BuildOutput[]): readonly string[] {
  const hasImage = given.length === 0 || inputs.load || inputs.push || given.some(isImage);
  const isAsked = inputs['build-args'].some(arg => arg.startsWith('BUILDKIT_INLINE_CACHE='));
  return inputs['inline-cache'] && hasImage && !isAsked ? ['type=inline'] : [];
}

/** Named contexts that replace the image of a FROM by the same image at a digest. The user's own contexts stand. */
function pinContexts(inputs: BuildInputs, pins: Readonly<Record<string, string>>): readonly string[] {
  const own = new Set(inputs['build-contexts'].map(context => splitPair(context)[0]));
  return Object.entries(pins)
    .filter(([name]) => !own.has(name))
    .map(([name, digest]) => `${name}=docker-image://${name}@${digest}`);
}

function repeatOption(flag: string, values: readonly string[]): readonly string[] {
  return values.flatMap(value => [flag, value]);
}

function optional(flag: string, value: string): readonly string[] {
  return value === '' ? [] : [flag, value];
}
