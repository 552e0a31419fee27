import { type Exec, type ExecResult, SilentProgram } from '../base/effects.ts';
import { DeadweightError, messageOf } from '../base/errors.ts';
import { pushFailure } from './build-failure.ts';
import type { BuildInputs } from './build-inputs.ts';
import { type BuildOutput, readOutput } from './build-output.ts';
import type { BuildMetadata } from './build-result.ts';
import { csvLine } from './input-list.ts';

/** Whether a build pushes: by its input, or by one of its outputs. */
export function isPushed(inputs: BuildInputs): boolean {
  return inputs.push || inputs.outputs.map(readOutput).some(pushes);
}

/** Whether an output pushes the image. */
export function pushes({ type, attributes }: BuildOutput): boolean {
  const push = attributes.get('push');
  return type === 'registry' ? push !== 'false' : push === 'true';
}

/** The inputs of the same build, which pushes nothing: layers and names are what they would be. */
export function withoutPush(inputs: BuildInputs): BuildInputs {
  return { ...inputs, push: false, outputs: inputs.outputs.map(text => unpushed(readOutput(text))) };
}

function unpushed(output: BuildOutput): string {
  if (!pushes(output)) return output.text;
  const others = [...output.attributes].filter(([name]) => name !== 'type' && name !== 'push');
  return csvLine(['type=image', ...others.map(([name, value]) => `${name}=${value}`), 'push=false']);
}

/** The inputs of the same build once more, all of it from the cache that the first has filled. */
export function fromCache(inputs: BuildInputs): BuildInputs {
  return { ...inputs, 'no-cache': false, 'no-cache-filters': [], pull: false };
}

/** The names that the image gets in its registries. */
function pushedNames(inputs: BuildInputs): readonly string[] {
  const named = inputs.outputs
    .map(readOutput)
    .filter(pushes)
    .flatMap(({ attributes }) => attributes.get('name')?.split(',') ?? []);
  return [...new Set([...inputs.tags, ...named])];
}

/** Milliseconds. Without a terminal docker says nothing while it sends a layer. */
const MAX_PUSH_SILENCE = 1_800_000;

interface DockerEffects {
  readonly exec: Exec;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/**
 * Pushes an image that lies in the engine, under each of its names.
 * @param metadata of its build
 * @returns them with the digest that the registry knows it by
 * @throws DeadweightError `push-failed`, also for a name that is another image by now
 */
export async function pushFromEngine(
  inputs: BuildInputs,
  metadata: BuildMetadata,
  { exec, env, cwd }: DockerEffects,
): Promise<BuildMetadata> {
  const context = inputs.builder === '' ? [] : ['--context', inputs.builder];
  const docker = async (...args: readonly string[]): Promise<string> => {
    const options = { env, cwd, maxSilence: MAX_PUSH_SILENCE };
    const { exitCode, stdout, stderr } = await exec
      .run('docker', [...context, ...args], options)
      .catch((error: unknown): ExecResult => {
        if (error instanceof SilentProgram) throw pushFailure(`${messageOf(error)}.`);
        throw error;
      });
    if (exitCode === 0) return stdout;
    throw pushFailure(lastLine(stderr) || `docker ${args[0]} ended with exit code ${exitCode}`);
  };
  let digest = metadata.digest;
  for (const name of pushedNames(inputs)) {
    const id = (await docker('image', 'inspect', '--format', '{{.Id}}', name)).trim();
    if (id !== metadata.imageId) throw otherImage(`${name} is ${id}, and ${metadata.imageId} was built`);
    const said = await docker('push', name);
    digest = /digest: (sha256:[0-9a-f]{64})/.exec(said)?.[1] ?? digest;
  }
  return { ...metadata, digest, json: withDigest(metadata.json, digest) };
}

/**
 * What was pushed is what was weighed.
 * @param pushed layers of each image
 * @param weighed layers of each image
 * @throws DeadweightError `push-failed`
 */
export function checkPushed(pushed: readonly string[], weighed: readonly string[]): void {
  const changed = pushed.filter((layers, index) => layers !== weighed[index]);
  if (changed.length === 0) return;
  throw otherImage(`its layers are ${changed.join('; ')}`);
}

/** @param words what is pushed, and what was weighed */
function otherImage(words: string): DeadweightError {
  return new DeadweightError('push-failed', {
    message: `The image to push is not the one that was weighed: ${words}.`,
    remedy:
      'Build again. Where it happens again, look for what changes the context or prunes the cache meanwhile.',
  });
}

/** The metadata file is an object, or was replaced by an empty one. */
function withDigest(json: string, digest: string): string {
  const parsed: unknown = JSON.parse(json);
  const metadata = parsed !== null && typeof parsed === 'object' ? parsed : {};
  return JSON.stringify({ ...metadata, 'containerimage.digest': digest }, null, 2);
}

function lastLine(words: string): string {
  return words.trim().split('\n').at(-1)?.trim() ?? '';
}
