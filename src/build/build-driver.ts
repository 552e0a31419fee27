import { type Exec, type ExecResult, SilentProgram } from '../base/effects.ts';
import { DeadweightError, messageOf } from '../base/errors.ts';

/** The builder that a build will run on, as far as planning needs to know it. */
export interface BuildDriver {
  /** Name of the builder as it is given to `--builder`; empty for the current one. */
  readonly builder: string;
  /** `docker`, `docker-container`, `kubernetes`, `remote`, `cloud`. */
  readonly driver: string;
  /** Where the docker driver keeps images; null for other drivers, which keep none. */
  readonly store: 'graph-driver' | 'containerd' | null;
  /** `0.25.1`; null when it does not tell, or was not asked. */
  readonly buildkitVersion: string | null;
}

/** Whether the builder exports nothing but an image into the engine's own store: no OCI layouts, no attestations. */
export function isGraphDriver(driver: BuildDriver): boolean {
  return driver.driver === 'docker' && driver.store === 'graph-driver';
}

/** Whether `a` (`0.29.1`) is at least the version `major.minor`. An unknown version is taken for a new one. */
export function isAtLeast(version: string | null, major: number, minor: number): boolean {
  const match = /^(\d+)\.(\d+)/.exec(version ?? '');
  if (!match) return true;
  const [here, there] = [Number(match[1]), Number(match[2])];
  return here > major || (here === major && there >= minor);
}

interface BuilderEffects {
  readonly exec: Exec;
  /** The whole environment of docker; the parent's when absent. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Milliseconds that docker may say nothing; two minutes when absent. */
  readonly maxSilence?: number;
}

/**
 * Asks docker what builds here.
 * @param builder name of the builder; empty for the current one
 * @throws DeadweightError `buildx-missing`, `engine-unreachable`, `usage` when there is no such builder
 */
export async function detectDriver(builder: string, effects: BuilderEffects): Promise<BuildDriver> {
  const inspect = await docker(effects, ['buildx', 'inspect', ...(builder === '' ? [] : [builder])]);
  if (inspect.exitCode !== 0) {
    await askVersion(effects);
    throw inspectFailed(builder, inspect);
  }
  const driver = field(inspect.stdout, 'Driver') ?? 'docker';
  const unreachable = field(inspect.stdout, 'Error');
  // A builder of several nodes works while one of them runs. One that docker can start may be inactive, a remote one not.
  const runs = /^Status:\s+running$/m.test(inspect.stdout);
  if (!runs && unreachable !== null) throw builderUnreachable(unreachable);
  if (!runs && driver === 'remote') throw builderUnreachable('the remote builder is inactive');
  return {
    builder,
    driver,
    store: driver === 'docker' ? await findStore(effects, builder, field(inspect.stdout, 'Endpoint')) : null,
    buildkitVersion: /^v?(\d+\.\d+\.\d+)/.exec(field(inspect.stdout, 'BuildKit version') ?? '')?.[1] ?? null,
  };
}

/**
 * The version of buildx, for whoever has to say what was missing: each question to docker is a tenth of a second.
 * @returns `0.29.1`; null when it does not tell
 * @throws DeadweightError `buildx-missing`, `engine-unreachable`
 */
export async function askVersion(effects: BuilderEffects): Promise<string | null> {
  const version = await docker(effects, ['buildx', 'version']);
  if (version.exitCode !== 0) throw buildxMissing(version.stderr);
  return /\bv?(\d+\.\d+\.\d+)/.exec(version.stdout)?.[1] ?? null;
}

/** Where the engine of the docker driver keeps images: `docker info` names the snapshotter when it is containerd. */
async function findStore(
  effects: BuilderEffects,
  builder: string,
  endpoint: string | null,
): Promise<'graph-driver' | 'containerd'> {
  // A builder of the docker driver that is not the current one is named after its docker context.
  const context =
    builder !== '' && endpoint !== null && endpoint !== 'default' ? ['--context', endpoint] : [];
  const info = await docker(effects, [
    ...context,
    'info',
    '--format',
    '{{json .DriverStatus}}{{json .ServerErrors}}',
  ]);
  const [status = '', errors = ''] = info.stdout.trim().split(/(?<=null|\])(?=\[|null)/);
  if (info.exitCode !== 0 || (errors !== '' && errors !== 'null'))
    throw builderUnreachable(info.stderr || errors);
  return status.includes('io.containerd.snapshotter') ? 'containerd' : 'graph-driver';
}

/** Milliseconds: docker itself gives up on an engine that is silent later, or never. */
export const MAX_DOCKER_SILENCE = 120_000;

async function docker(effects: BuilderEffects, args: readonly string[]): Promise<ExecResult> {
  try {
    return await effects.exec.run('docker', args, {
      ...(effects.env === undefined ? {} : { env: effects.env }),
      ...(effects.cwd === undefined ? {} : { cwd: effects.cwd }),
      maxOutput: 1024 * 1024,
      maxSilence: effects.maxSilence ?? MAX_DOCKER_SILENCE,
    });
  } catch (cause) {
    if (cause instanceof SilentProgram) {
      throw builderUnreachable(`${messageOf(cause)} (docker ${args.join(' ')}).`);
    }
    throw new DeadweightError('buildx-missing', {
      message: `The program docker could not be started: ${messageOf(cause)}`,
      remedy: 'Install Docker with its Buildx plugin, and make sure that docker is on the PATH.',
      cause,
    });
  }
}

/** Whether docker's words say that no engine answered. */
export function saysUnreachable(text: string): boolean {
  return /cannot connect to the docker daemon|error during connect|failed to connect to the docker api|docker daemon is not running|permission denied while trying to connect/i.test(
    text,
  );
}

export function builderUnreachable(words: string): DeadweightError {
  return new DeadweightError('engine-unreachable', {
    message: `The engine or builder does not answer: ${lastLine(words)}`,
    remedy: 'Start it, or point DOCKER_HOST, the docker context or the builder at one that you may use.',
  });
}

function buildxMissing(words: string): DeadweightError {
  // The second is what docker said before version 28.
  const isAbsent = /unknown command: docker buildx|'buildx' is not a docker command/.test(words);
  return new DeadweightError('buildx-missing', {
    message: isAbsent
      ? 'The Buildx plugin of Docker is not installed.'
      : `docker buildx does not run: ${lastLine(words)}`,
    remedy: 'Install the Buildx plugin of Docker, version 0.26 or newer.',
  });
}

function inspectFailed(builder: string, { stdout, stderr }: ExecResult): DeadweightError {
  if (saysUnreachable(stderr) || saysUnreachable(stdout)) return builderUnreachable(stderr || stdout);
  return new DeadweightError('usage', {
    message: `The builder ${builder === '' ? 'in use' : `"${builder}"`} cannot be inspected: ${lastLine(stderr)}`,
    remedy: 'Choose a builder that docker buildx ls lists, or omit the builder.',
  });
}

function lastLine(words: string): string {
  const lines = words.split('\n').filter(line => line.trim() !== '');
  return (lines.at(-1) ?? 'it said nothing').trim().replace(/^ERROR: /, '');
}

/** `Driver:   docker` of `docker buildx inspect`; the first node's where every node has one. */
function field(text: string, name: string): string | null {
  const line = text.split('\n').find(each => each.startsWith(`${name}:`));
  const value = line?.slice(name.length + 1).trim();
  return value ? value : null;
}
