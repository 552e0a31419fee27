import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import type { Clock, Progress } from '../../base/effects.ts';
import { DeadweightError } from '../../base/errors.ts';
import { parsePlatform } from '../../base/platform.ts';
import type { WeighedBuild } from '../../baseline/baseline-source.ts';
import type { AttestationDefaults } from '../../build/attestation.ts';
import { isGraphDriver } from '../../build/build-driver.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
import { type BuildPaths, type BuildPlan, planBuild } from '../../build/build-plan.ts';
import type { BuildMetadata, BuildResult, BuiltImage } from '../../build/build-result.ts';
import { findCacheBreak } from '../../build/cache-break.ts';
import { relevantNotices } from '../../build/compose-result.ts';
import { checkPushed, fromCache, pushFromEngine } from '../../build/deferred-push.ts';
import { type BuildPlace, chooseDockerfileSource, readLocalSources } from '../../build/dockerfile-source.ts';
import { readHistoryOrigins } from '../../build/image-origins.ts';
import { stepsOfPlatform } from '../../build/platform-steps.ts';
import type { ProgressEvent } from '../../build/progress-event.ts';
import { runBuild } from '../../build/run-build.ts';
import { redactBuildArgs } from '../../build/step-name.ts';
import { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import type { Dockerfile } from '../../dockerfile/dockerfile.ts';
import { ownIgnoreFile } from '../../dockerfile/ignore-file.ts';
import type { Decisions } from '../../findings/decisions/ignored-findings.ts';
import type { Image, LayerHead } from '../../image/image.ts';
import type { ExportLayouts } from '../export-layouts.ts';
import { definedOnly } from '../program-exec.ts';
import type { SecretMask } from '../secret-values.ts';
import type { BuildDisplay } from './build-display.ts';
import { findBuilder } from './builder.ts';
import {
  type ExaminedImage,
  type ExamineRequest,
  examineImage,
  examineSquashed,
  type ImageMaking,
} from './examine.ts';
import { ExpectedImage } from './expected-image.ts';
import { namedProgress } from './named-progress.ts';
import type { SquashBuild } from './squashed-build.ts';
import { type WeighContext, type WeighRequest, weighImage, weighOpened, withImage } from './weigh.ts';

/** Milliseconds until docker has started, which is what a build waits for first. */
const STARTING = 30;

/** A build, and what each of its images weighs and could save. */
export interface ExaminedBuild {
  readonly build: BuildResult;
  /** One a platform, in the order of the build. */
  readonly images: readonly ExaminedImage[];
}

export interface BuildOptions extends BuildPlace {
  /** Digests that FROM is held to, by name. */
  readonly pins: Readonly<Record<string, string>>;
  readonly attestation: AttestationDefaults | null;
  /** What the display calls this build. */
  readonly title: string;
  /** Is called when docker has been started, and may begin what needs no build. */
  readonly meanwhile?: () => void;
  /** How its image is squashed before it is weighed; null, or absent, leaves it as it is. */
  readonly squash?: SquashBuild | null;
}

/** What a build takes beside what weighing its image takes. */
export interface BuildContext extends WeighContext {
  readonly clock: Clock;
  /** Directory for files that live as long as the run. */
  readonly temporaryDir: string;
  /** Shows the build while it runs. */
  readonly display: BuildDisplay;
  readonly secrets: SecretMask;
  /** Of builds that the engine does not keep as it is weighed. */
  readonly exportLayouts: Pick<ExportLayouts, 'use'>;
}

/**
 * Builds with BuildKit, weighs the result and looks for what could be saved.
 * @throws DeadweightError `build-failed`, `engine-unreachable`, `buildx-missing`, `dockerfile-missing`, …
 */
export async function buildAndExamine(
  inputs: BuildInputs,
  options: BuildOptions,
  decisions: Decisions,
  context: BuildContext,
): Promise<ExaminedBuild> {
  const expected = new ExpectedImage(context.scanStore, nameBuild(inputs, options, context));
  const { squash = null } = options;
  const expecting = {
    ...squashing(squash, context),
    scanStore: expected.store,
    stack: expected.stack.bind(expected),
  };
  const examine = (made: MadeRequest, progress: Progress): Promise<ExaminedImage> => {
    const [request, showing] = [
      { ...made, decisions },
      { ...expecting, progress },
    ];
    return squash === null ? examineImage(request, showing) : examineSquashed(request, squash, showing);
  };
  // Told before the build: without its secret it may fail, and then no report says why.
  const warn = ({ notices }: BuildPlan): void => {
    for (const { message } of notices) context.log.warn(message);
  };
  const { build, images } = await buildImages(inputs, options, context, examine, warn, expected);
  const [image, ...others] = images;
  if (image && others.length === 0) {
    const { layers } = image.squashed?.before ?? image.analysis;
    await expected.remember(layers.map(each => each.diffId));
  }
  const layerCounts = images.map(({ analysis }) => analysis.layers.length);
  return { build: { ...build, notices: relevantNotices(build, layerCounts) }, images };
}

/** What tells builds apart of which one is like the next. Build arguments, which may be secret, are left out. */
function nameBuild(
  { context, file, target, platforms, builder }: BuildInputs,
  { cwd }: BuildOptions,
  { temporaryDir }: Pick<BuildContext, 'temporaryDir'>,
): string {
  // What is of this run is called otherwise in the next.
  const places = [context, file].map(path => path?.replace(temporaryDir, ''));
  return JSON.stringify([cwd, ...places, target, platforms, builder]);
}

/**
 * Builds with BuildKit and weighs the result.
 * @throws DeadweightError as `buildAndExamine`
 */
export async function buildAndWeigh(
  inputs: BuildInputs,
  options: BuildOptions,
  context: BuildContext,
): Promise<WeighedBuild> {
  const { squash = null } = options;
  const weigh = (request: WeighRequest, progress: Progress): Promise<ImageAnalysis> => {
    const showing = { ...squashing(squash, context), progress };
    return squash === null ? weighImage(request, showing) : weighSquashed(request, squash, showing);
  };
  const { build, images } = await buildImages(inputs, options, context, weigh);
  return { build, analyses: images };
}

/** Opens an image, and weighs it as it is when it is squashed. */
async function weighSquashed(
  request: WeighRequest,
  squash: SquashBuild,
  context: WeighContext,
): Promise<ImageAnalysis> {
  return withImage(request.reference, request.platform, context, async image => {
    const weighed = await weighOpened(image, request, context);
    return (await squash(image, weighed, context)).analysis;
  });
}

/** What is squashed is read more than once. */
function squashing(squash: SquashBuild | null, context: BuildContext): BuildContext {
  return squash === null ? context : { ...context, spoolFolder: context.temporaryDir };
}

/**
 * Pushes what was built and weighed: from the engine where that is the only place that has it, else by the same call
 * again, all of it from the cache.
 * @param inputs of the build, with its push
 * @returns what the build gives as its outputs, with what the registry has
 * @throws DeadweightError `push-failed` when that is another image than the one that was weighed, and as `buildAndExamine`
 */
export async function pushWeighed(
  inputs: BuildInputs,
  { build, images }: ExaminedBuild,
  options: BuildOptions,
  context: BuildContext,
): Promise<BuildMetadata> {
  const { exec, display, progress } = context;
  const { cwd } = options;
  const env = definedOnly(context.env);
  if (isGraphDriver(await findBuilder(inputs.builder, cwd, context))) {
    return display.show(options.title, () =>
      progress.show({ label: 'Pushing the image' }, () =>
        pushFromEngine(inputs, build.metadata, { exec, env, cwd }),
      ),
    );
  }
  const readLayers = ({ reference, platform }: MadeRequest, own: Progress): Promise<string> =>
    withImage(reference, platform, { ...context, progress: own }, async image => listLayers(image));
  const pushed = await buildImages(fromCache(inputs), options, context, readLayers);
  checkPushed(
    pushed.images,
    images.map(({ analysis }) => listLayers(analysis)),
  );
  return pushed.build.metadata;
}

/** What was weighed of an image. Its configuration may hold an inline cache, which each build writes anew. */
function listLayers({
  layers,
}: {
  readonly layers: readonly Pick<LayerHead, 'digest' | 'diffId'>[];
}): string {
  return layers.map(({ digest, diffId }) => digest ?? diffId).join(' ');
}

type MadeRequest = Omit<ExamineRequest, 'decisions'>;

/** @param read opens each image while the layout that it may lie in is still that of this build, and shows that by its name */
async function buildImages<T>(
  inputs: BuildInputs,
  options: BuildOptions,
  context: BuildContext,
  read: (request: MadeRequest, progress: Progress) => Promise<T>,
  onPlan: (plan: BuildPlan) => void = () => undefined,
  expected: ExpectedImage | null = null,
): Promise<{ readonly build: BuildResult; readonly images: readonly T[] }> {
  const { cwd, namesFrom, pins, attestation, title, meanwhile } = options;
  const place = namesFrom === undefined ? { cwd } : { cwd, namesFrom };
  const { exec, log, clock, display, progress, temporaryDir } = context;
  // A wrong path fails before an engine is asked for anything.
  const sources = await readLocalSources(chooseDockerfileSource(inputs), place);
  if (sources !== null) context.secrets.learn(sources.dockerfile.lines.join('\n'));
  await mkdir(temporaryDir, { recursive: true });
  const work = await mkdtemp(join(temporaryDir, 'build-'));
  try {
    const env = definedOnly(context.env);
    const driver = await progress.show({ label: 'Asking docker for the builder' }, () =>
      findBuilder(inputs.builder, cwd, context),
    );
    const isMissing = (path: string): boolean => !existsSync(resolve(cwd, path));
    const planOf = (wanted: BuildInputs, folders: BuildPaths, readsEngine = false): BuildPlan =>
      planBuild(wanted, driver, folders, { pins, attestation, isMissing, env, readsEngine });
    const buildAs = (plan: BuildPlan): Promise<BuildResult> =>
      display.show(title, show => {
        const onProgress = (event: ProgressEvent): void => show(redactEvent(event, plan.buildArgs));
        const building = runBuild(plan, { exec, log, clock, ...place, env, sources, onProgress });
        const waiting = setTimeout(() => {
          meanwhile?.();
          void expected?.prepare();
        }, STARTING);
        return building.finally(() => {
          clearTimeout(waiting);
          expected?.stop();
        });
      });
    const readAll = async (build: BuildResult, plan: BuildPlan) => {
      const images: T[] = [];
      for (const image of build.images) {
        const making = makingOf(build, image, plan.target, clock.now());
        const request = { ...weighRequest(image, sources?.dockerfile ?? null, plan), making };
        const of = image.platform === null ? '' : ` (${image.platform})`;
        const name = `${inputs.tags[0] ?? 'the image'}${of}`;
        images.push(await read(request, namedProgress(progress, image.reference, name)));
      }
      return { build, images };
    };
    const { contents } = driver;
    const first = planOf(inputs, { work }, contents !== null);
    onPlan(first);
    const kept = first.image.kind === 'daemon' ? await buildAs(first) : null;
    if (kept !== null) {
      const readKept = () => readAll(kept, first);
      if (contents === null) return await readKept();
      const images = contents.has(kept.metadata.imageId) ? await unlessGone(readKept) : null;
      if (images !== null) return images;
      log.debug('The engine does not have the image among its files: it is exported from the cache.');
    }
    return await context.exportLayouts.use(async layout => {
      const plan = planOf(kept === null ? inputs : fromCache(inputs), { work, layout });
      const made = await buildAs(plan);
      return await readAll(kept === null ? made : { ...kept, images: made.images }, plan);
    });
  } finally {
    // The metadata of the build has the values of its arguments.
    await rm(work, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** @returns null where an engine has no such image any more: one of the same name has taken its place */
async function unlessGone<T>(body: () => Promise<T>): Promise<T | null> {
  try {
    return await body();
  } catch (error) {
    const isGone =
      error instanceof DeadweightError && ['image-not-found', 'blob-missing'].includes(error.code);
    if (isGone) return null;
    throw error;
  }
}

function weighRequest(
  { platform, reference, origins, fromArgs }: BuiltImage,
  dockerfile: Dockerfile | null,
  { target, buildArgs }: BuildPlan,
): WeighRequest {
  return {
    reference,
    platform: platform === null ? null : parsePlatform(platform),
    // Without provenance its history says where layers come from; the build's notices say so.
    origins: ({ history }: Image) =>
      origins ?? (dockerfile && readHistoryOrigins(history, dockerfile, target, fromArgs)),
    verify: false,
    // Two builds are compared when both are made.
    knowsOwnContents: true,
    redact: analysis => redactHistory(analysis, buildArgs),
  };
}

function makingOf(
  build: BuildResult,
  { platform, fromArgs }: BuiltImage,
  target: string,
  builtAt: number,
): ImageMaking {
  const own = stepsOfPlatform(build, platform);
  return {
    dockerfile:
      build.dockerfile &&
      new BuiltDockerfile(
        build.dockerfile,
        target,
        fromArgs,
        ownIgnoreFile(build.dockerfile.file, build.ignoreFile),
      ),
    build: { steps: own.steps, cacheBreak: findCacheBreak(own, null), builtAt },
  };
}

/** BuildKit expands build arguments in the names of steps; a log is read by more people than the build is run by. */
export function redactEvent(event: ProgressEvent, buildArgs: ReadonlyMap<string, string>): ProgressEvent {
  if (event.kind !== 'step' || /^\[internal\] | FROM |load metadata for /.test(event.name)) return event;
  return { ...event, name: redactBuildArgs(event.name, buildArgs) };
}

/** The image's history has them as well: `WORKDIR /value`, `COPY value /`. What the base image says is its own. */
function redactHistory(analysis: ImageAnalysis, buildArgs: ReadonlyMap<string, string>): ImageAnalysis {
  const layers = analysis.layers.map(layer =>
    layer.origin === 'base' ? layer : { ...layer, createdBy: redactBuildArgs(layer.createdBy, buildArgs) },
  );
  return { ...analysis, layers };
}
