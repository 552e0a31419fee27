import { type Exec, type Log, SilentProgram } from '../base/effects.ts';
import { DeadweightError } from '../base/errors.ts';
import { FileTooLarge, readInputFile } from '../base/input-file.ts';
import { ExcessiveJson, parseBoundedJson } from '../base/json-shape.ts';
import { type BuildDriver, MAX_DOCKER_SILENCE } from './build-driver.ts';
import type { BuildPlan } from './build-plan.ts';
import type { BuildMetadata } from './build-result.ts';
import { outputMetadata, PROVENANCE, readProvenanceMode } from './metadata-output.ts';
import { type BuildProvenance, readProvenance } from './provenance.ts';

import type { Vertex } from './vertex.ts';

/** Bytes of a metadata file that are read; provenance repeats the Dockerfile and every operation. */
const MAX_METADATA = 256 * 1024 * 1024;

interface MetadataFile {
  readonly metadata: BuildMetadata;
  /** By platform as in `--platform`; the empty string when there is one. */
  readonly provenances: ReadonlyMap<string, BuildProvenance>;
  /** Of `docker buildx history`; null when it is not told. */
  readonly buildRef: string | null;
}

/**
 * Reads what buildx left behind. A file that is missing or broken costs what it would have told, and no more.
 * @param env of the build, before the plan adds its own
 * @throws DeadweightError `limit-exceeded` for what no build of buildx writes
 */
export async function readMetadata(
  { metadataFile, imageIdFile }: BuildPlan,
  env: Readonly<Record<string, string>>,
  log: Log,
): Promise<MetadataFile> {
  const entries = Object.entries(parseObject(readText(metadataFile, log) ?? '{}', log));
  const provenances = new Map<string, BuildProvenance>();
  for (const [key, value] of entries) {
    const platform =
      key === PROVENANCE ? '' : key.startsWith(`${PROVENANCE}/`) ? key.slice(PROVENANCE.length + 1) : null;
    const provenance = platform === null ? null : readProvenance(value);
    if (platform !== null && provenance) provenances.set(platform, provenance);
  }
  const rest = new Map(entries.filter(([key]) => !key.startsWith(PROVENANCE)));
  // Where files are an output there is no such file: what the engine got is told by its configuration.
  const imageId = (
    readText(imageIdFile, log) ??
    asText(rest.get('containerimage.config.digest')) ??
    ''
  ).trim();
  return {
    metadata: {
      imageId,
      digest: asText(rest.get('containerimage.digest')) ?? '',
      json: outputMetadata(entries, readProvenanceMode(env['BUILDX_METADATA_PROVENANCE'])),
    },
    provenances,
    buildRef: asText(rest.get('buildx.build.ref')),
  };
}

function readText(path: string, log: Log): string | null {
  try {
    return readInputFile(path, { maxBytes: MAX_METADATA }).toString('utf8');
  } catch (error) {
    if (error instanceof FileTooLarge) throw excessive(`are too large: ${path}, ${error.message}`, error);
    log.debug(`cannot read ${path}: ${String(error)}`);
    return null;
  }
}

function parseObject(text: string, log: Log): Record<string, unknown> {
  try {
    const value = parseBoundedJson(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
  } catch (error) {
    if (error instanceof ExcessiveJson) throw excessive(`are refused: the file ${error.message}`, error);
    log.debug(`the metadata of the build is not JSON: ${String(error)}`);
    return {};
  }
}

/** @param why follows "The metadata of the build" */
function excessive(why: string, cause: Error): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `The metadata of the build ${why}.`,
    remedy: 'Check which docker runs: buildx writes no such metadata.',
    cause,
  });
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * The metadata as they would be without the OCI layout that is written for weighing. Its exporter comes last and
 * overwrites the digest of what was pushed or loaded, which may differ: another media type, or attestations.
 * What the first exporter wrote is told by its progress alone.
 */
export function withUsersDigest(metadata: BuildMetadata, vertices: readonly Vertex[]): BuildMetadata {
  const image = vertices.find(vertex => vertex.name === 'exporting to image');
  if (!image) return metadata;
  const pushed = /@(sha256:[0-9a-f]{64})$/.exec(
    image.exports.findLast(each => each.startsWith('pushing ')) ?? '',
  )?.[1];
  const index = findExportedDigest(image, 'manifest list');
  const digest = pushed ?? index ?? findExportedDigest(image, 'manifest');
  if (digest === undefined || digest === metadata.digest) return metadata;
  const config = findExportedDigest(image, 'config');
  return {
    imageId: index ?? config ?? metadata.imageId,
    digest,
    json: replaceDigest(metadata.json, digest, index === undefined ? config : undefined),
  };
}

/** `sha256:…` of what the exporter said last that it wrote: a manifest, an index or a config. */
function findExportedDigest(vertex: Vertex, what: string): string | undefined {
  const prefix = `exporting ${what} `;
  return vertex.exports.findLast(each => each.startsWith(`${prefix}sha256:`))?.slice(prefix.length);
}

/** Only an image without an index has one config. The descriptor was of the layout's manifest. */
function replaceDigest(json: string, digest: string, config: string | undefined): string {
  const parsed: unknown = JSON.parse(json);
  const {
    'containerimage.descriptor': _descriptor,
    'containerimage.config.digest': _config,
    ...rest
  }: Record<string, unknown> = { ...(parsed !== null && typeof parsed === 'object' ? parsed : {}) };
  const own = config === undefined ? {} : { 'containerimage.config.digest': config };
  return JSON.stringify({ ...rest, ...own, 'containerimage.digest': digest }, null, 2);
}

/** Where docker runs: its program and its whole environment. */
interface DockerEffects {
  readonly exec: Exec;
  readonly env: Readonly<Record<string, string>>;
}

/** The provenance of each platform, by its name; the empty string when one was built. */
export async function readProvenances(
  plan: BuildPlan,
  { provenances, buildRef }: MetadataFile,
  effects: DockerEffects,
): Promise<ReadonlyMap<string, BuildProvenance>> {
  if (plan.platforms.length < 2 || buildRef === null) return provenances;
  const all = new Map(provenances);
  for (const platform of plan.platforms) {
    if (all.has(platform)) continue;
    const provenance = await provenanceFromHistory(buildRef, platform, plan.driver, effects);
    if (provenance) all.set(platform, provenance);
  }
  return all;
}

/**
 * Provenance from the builder's own record of a build (`docker buildx history`, buildx 0.23), for builds whose
 * metadata file has none: buildx 0.29 writes it for one platform only. Null when the builder has none either.
 * @param buildRef `builder/node/id` as the metadata names the build
 */
async function provenanceFromHistory(
  buildRef: string,
  platform: string,
  driver: BuildDriver,
  effects: DockerEffects,
): Promise<BuildProvenance | null> {
  const id = buildRef.split('/').at(-1) ?? '';
  if (!/^\w+$/.test(id)) return null;
  const args = ['buildx', 'history', 'inspect', 'attachment', '--type', 'provenance', '--platform', platform];
  const builder = driver.builder === '' ? [] : ['--builder', driver.builder];
  const options = { env: effects.env, maxOutput: MAX_METADATA, maxSilence: MAX_DOCKER_SILENCE };
  const result = await effects.exec
    .run('docker', [...args, ...builder, id], options)
    .catch((error: unknown) => {
      if (error instanceof SilentProgram) return null;
      throw error;
    });
  if (result === null || result.exitCode !== 0) return null;
  try {
    return readProvenance(parseBoundedJson(result.stdout));
  } catch (error) {
    if (error instanceof ExcessiveJson)
      throw excessive(`are refused: its provenance ${error.message}`, error);
    return null;
  }
}
