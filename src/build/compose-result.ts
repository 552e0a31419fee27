import type { Notice } from '../base/notice.ts';
import { readPlatform } from '../base/platform.ts';
import { type Dockerfile, parseDockerfile } from '../dockerfile/dockerfile.ts';
import { platformArguments } from '../dockerfile/platform-arguments.ts';
import { isAtLeast } from './build-driver.ts';
import { withUsersDigest } from './build-metadata.ts';
import type { BuildPlan } from './build-plan.ts';
import type { BuildMetadata, BuildResult, BuiltImage } from './build-result.ts';
import type { BuildTrace } from './build-trace.ts';
import { collectSteps, type PlatformBuild } from './built-steps.ts';
import { traceFinalChain } from './final-chain.ts';
import { HISTORY_NOTICE, traceOrigins } from './image-origins.ts';
import { type BuildProvenance, readImageSource } from './provenance.ts';
import { locateSteps } from './step-location.ts';
import type { Vertex } from './vertex.ts';

/** All that a build that succeeded left behind. */
interface FinishedBuild {
  readonly plan: BuildPlan;
  readonly trace: BuildTrace;
  /** Read before the build; null for a remote context. */
  readonly dockerfile: Dockerfile | null;
  readonly ignoreFile: BuildResult['ignoreFile'];
  readonly metadata: BuildMetadata;
  /** By platform; the empty string when one was built. */
  readonly provenances: ReadonlyMap<string, BuildProvenance>;
  /** `0.29.1`; null where it does not tell, or was not asked as the build gave its provenance. */
  readonly buildxVersion: string | null;
  /** `oci:…` of what this build wrote; null when the engine has the image. */
  readonly layout: string | null;
  readonly durationMs: number;
}

/** Puts the result together. Pure. */
export function composeResult(finished: FinishedBuild): BuildResult {
  const { plan, trace, provenances, durationMs } = finished;
  const metadata = withUsersDigest(finished.metadata, [...trace.vertices.values()]);
  const dockerfile = chooseDockerfile(finished);
  const builds = new Map(
    [...provenances].map(([platform, each]) => [
      platform,
      composePlatform(each, dockerfile, plan, fromArguments(plan, platform, each)),
    ]),
  );
  const isMulti = plan.platforms.length > 1;
  const images = (isMulti ? plan.platforms : [null]).map(platform =>
    composeImage(
      finished,
      platform,
      builds.get(platform ?? ''),
      fromArguments(plan, platform ?? '', provenances.get(platform ?? '')),
    ),
  );
  return {
    ...collectSteps(trace, builds, isMulti, plan.buildArgs),
    ...(plan.uncached.all || plan.uncached.stages.length > 0 ? { uncached: plan.uncached } : {}),
    metadata,
    images,
    durationMs,
    warnings: trace.warnings,
    dockerfile,
    ignoreFile: finished.ignoreFile,
    pins: collectPins(provenances),
    notices: [...plan.notices, ...cacheNotices(trace), ...provenanceNotices(finished.buildxVersion, images)],
  };
}

/** BuildKit's own copy is what was built; the path is the one the user knows. */
function chooseDockerfile({ plan, dockerfile, provenances }: FinishedBuild): Dockerfile | null {
  const [text] = [...provenances.values()].flatMap(provenance => provenance.dockerfile ?? []);
  return text === undefined ? dockerfile : parseDockerfile(text, dockerfile?.file ?? plan.dockerfile.path);
}

/** @param platform empty where one was built: the builder's own, if none was asked for */
function fromArguments(
  { platforms, buildArgs }: BuildPlan,
  platform: string,
  provenance: BuildProvenance | undefined,
): ReadonlyMap<string, string> {
  const builder = provenance?.builderPlatform ?? '';
  const target = platform || platforms[0] || builder;
  return new Map([...platformArguments(readPlatform(target), readPlatform(builder)), ...buildArgs]);
}

function composePlatform(
  provenance: BuildProvenance,
  dockerfile: Dockerfile | null,
  plan: BuildPlan,
  fromArgs: ReadonlyMap<string, string>,
): PlatformBuild {
  const chain = traceFinalChain(provenance);
  const parsed = dockerfile ?? parseDockerfile('', plan.dockerfile.path);
  return {
    provenance,
    chain,
    locations: locateSteps(provenance, chain, parsed, plan.target, fromArgs),
  };
}

function composeImage(
  { trace, metadata, layout }: FinishedBuild,
  platform: string | null,
  build: PlatformBuild | undefined,
  fromArgs: ReadonlyMap<string, string>,
): BuiltImage {
  const reference = layout ?? `docker-daemon:${metadata.imageId}`;
  if (!build?.chain) return { platform, fromArgs, reference, origins: null };
  const vertices = new Map<string, Vertex>();
  for (const [digest, step] of build.provenance.stepOfVertex) {
    const vertex = trace.vertices.get(digest);
    if (vertex) vertices.set(step, vertex);
  }
  return {
    platform,
    fromArgs,
    reference,
    origins: traceOrigins(build.chain, build.locations, step => vertices.get(step)),
  };
}

/** Images by tag whose digest the build resolved. An image of the graph driver's own store has no such digest. */
function collectPins(provenances: ReadonlyMap<string, BuildProvenance>): Record<string, string> {
  const pins = new Map<string, string>();
  for (const provenance of provenances.values()) {
    for (const step of provenance.steps.values()) {
      const image = readImageSource(step.operation.Op?.source?.identifier ?? '');
      if (image?.digest && image.tagged) pins.set(image.name.replace(/:latest$/, ''), image.digest);
    }
  }
  return Object.fromEntries(pins);
}

/** A cache that cannot be imported never fails a build, and would go unseen. */
function cacheNotices(trace: BuildTrace): readonly Notice[] {
  return [...trace.vertices.values()].flatMap(vertex => {
    const reference = /^importing cache manifest from (.+)$/.exec(vertex.name)?.[1];
    if (reference === undefined || vertex.error === null) return [];
    const why = vertex.error.replace(/^failed to configure \w+ cache importer: /, '');
    return [{ code: 'cache-not-imported', message: `No cache was taken from ${reference}: ${why}.` }];
  });
}

/**
 * The notices of a build whose images have so many layers, parallel to them. BuildKit attests nothing where there is nothing
 * to build, and an image without a layer has no line that its history could tell wrong.
 */
export function relevantNotices(
  { notices, images }: Pick<BuildResult, 'notices' | 'images'>,
  layerCounts: readonly number[],
): readonly Notice[] {
  const isMatched = images.some(({ origins }, index) => origins === null && layerCounts[index] !== 0);
  return isMatched ? notices : notices.filter(({ code }) => code !== HISTORY_NOTICE.code);
}

function provenanceNotices(buildxVersion: string | null, images: readonly BuiltImage[]): readonly Notice[] {
  if (images.every(image => image.origins !== null)) return [];
  if (isAtLeast(buildxVersion, 0, 26)) return [HISTORY_NOTICE];
  return [
    {
      ...HISTORY_NOTICE,
      message: `${HISTORY_NOTICE.message} Here it is ${buildxVersion ?? 'unknown'}.`,
    },
  ];
}
