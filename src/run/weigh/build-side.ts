import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import type { Clock } from '../../base/clock.ts';
import { parsePlatform } from '../../base/platform.ts';
import type { AttestationDefaults } from '../../build/attestation.ts';
import { detectDriver } from '../../build/build-driver.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
import { type BuildPlan, planBuild } from '../../build/build-plan.ts';
import type { BuildResult, BuiltImage } from '../../build/build-result.ts';
import { cacheBreak } from '../../build/cache-break.ts';
import { dockerfileSource, readLocalDockerfile } from '../../build/dockerfile-source.ts';
import { originsFromHistory } from '../../build/image-origins.ts';
import type { ProgressEvent } from '../../build/progress-event.ts';
import { runBuild } from '../../build/run-build.ts';
import { redactBuildArgs } from '../../build/step-name.ts';
import type { Dockerfile } from '../../dockerfile/dockerfile.ts';
import { Recipe } from '../../findings/recipe/recipe.ts';
import type { Image } from '../../image/image.ts';
import { definedOnly } from '../actions-exec.ts';
import type { BuildDisplay } from './build-display.ts';
import { type Examination, type ExaminedImage, examineImage } from './examine.ts';
import { type WeighContext, type WeighRequest, weighImage } from './weigh.ts';

/** One side of a comparison: what was built, and what each of its platforms weighs. */
export interface BuiltSide {
  readonly build: BuildResult;
  /** One a platform, in the order of the build. */
  readonly images: readonly ExaminedImage[];
}

export interface SideOptions {
  /** Working directory of the build: relative paths of the inputs start there. */
  readonly cwd: string;
  /** Digests that FROM is held to, by name. */
  readonly pins: Readonly<Record<string, string>>;
  readonly attestation: AttestationDefaults | null;
  /** What the display calls this build. */
  readonly title: string;
  /** Whether to look for what could be saved; a base is weighed only. */
  readonly examines: boolean;
}

/** What a build takes beside what weighing its image takes. */
export interface BuildContext extends WeighContext {
  readonly clock: Clock;
  /** Directory for files that live as long as the run. */
  readonly temporaryDir: string;
  /** Shows the build while it runs. */
  readonly display: BuildDisplay;
}

/** Where the builds of a run that leave OCI layouts leave them: a blob that is there is not written again. */
export function layoutFolder(temporaryDir: string): string {
  return join(temporaryDir, 'layout');
}

/**
 * Builds with BuildKit and weighs the result.
 * @throws DeadweightError `build-failed`, `engine-unreachable`, `buildx-missing`, `dockerfile-missing`, …
 */
export async function buildAndWeigh(
  inputs: BuildInputs,
  options: SideOptions,
  context: BuildContext,
): Promise<BuiltSide> {
  // A wrong path is told before an engine is asked for anything.
  const dockerfile = await readLocalDockerfile(dockerfileSource(inputs), options.cwd);
  await mkdir(context.temporaryDir, { recursive: true });
  const work = await mkdtemp(join(context.temporaryDir, 'build-'));
  try {
    return await builtIn(work, dockerfile, inputs, options, context);
  } finally {
    // The metadata of the build has the values of its arguments.
    await rm(work, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function builtIn(
  work: string,
  dockerfile: Dockerfile | null,
  inputs: BuildInputs,
  options: SideOptions,
  context: BuildContext,
): Promise<BuiltSide> {
  const { exec, log, clock, display } = context;
  const env = definedOnly(context.env);
  const driver = await detectDriver(inputs.builder, { exec, env, cwd: options.cwd });
  const layout = layoutFolder(context.temporaryDir);
  const plan = planBuild(
    inputs,
    driver,
    { work, layout },
    { pins: options.pins, attestation: options.attestation },
  );
  const build = await display.show(options.title, show => {
    const onProgress = (event: ProgressEvent): void => show(publicEvent(event, plan.buildArgs));
    return runBuild(plan, { exec, log, clock, cwd: options.cwd, env, onProgress });
  });
  const images: ExaminedImage[] = [];
  for (const built of build.images) {
    const wanted = weighRequest(built, dockerfile, plan);
    images.push(
      options.examines
        ? await examineImage(
            {
              ...{ ...wanted, ...makingOf(build, built.platform, plan, clock.now()) },
              published: each => published(each, plan),
            },
            context,
          )
        : {
            analysis: published(await weighImage(wanted, context), plan),
            ...{ findings: [], fixes: [], notices: [] },
          },
    );
  }
  return { build, images };
}

function weighRequest(
  { platform, reference, origins }: BuiltImage,
  dockerfile: Dockerfile | null,
  { target, buildArgs }: BuildPlan,
): WeighRequest {
  return {
    reference,
    platform: platform === null ? null : parsePlatform(platform),
    // Without provenance the image's own history tells; the build's notices say so.
    origins: ({ history }: Image) =>
      origins ?? (dockerfile && originsFromHistory(history, dockerfile, target, buildArgs)),
    verify: false,
  };
}

/** What rules are told of the image's making. */
function makingOf(
  build: BuildResult,
  platform: string | null,
  { target, buildArgs }: BuildPlan,
  builtAt: number,
): Pick<Examination, 'recipe' | 'build'> {
  const steps = build.steps.filter(step => step.platform === null || step.platform === platform);
  const broken = cacheBreak(build, null);
  const brokenStep = broken === null ? undefined : build.steps[broken.step];
  const step = brokenStep === undefined ? -1 : steps.indexOf(brokenStep);
  return {
    recipe: build.dockerfile && new Recipe(build.dockerfile, target, buildArgs),
    build: { steps, cacheBreak: broken && step >= 0 ? { ...broken, step } : null, builtAt },
  };
}

/** BuildKit expands build arguments in the names of steps; a log is read by more people than the build is run by. */
function publicEvent(event: ProgressEvent, buildArgs: ReadonlyMap<string, string>): ProgressEvent {
  if (event.kind !== 'step' || / FROM |load metadata for /.test(event.name)) return event;
  return { ...event, name: redactBuildArgs(event.name, buildArgs) };
}

/** The same in the history of the image: `WORKDIR /value`, `COPY value /`. What the base image says is its own. */
function published(analysis: ImageAnalysis, { buildArgs }: BuildPlan): ImageAnalysis {
  const layers = analysis.layers.map(layer =>
    layer.origin === 'base' ? layer : { ...layer, createdBy: redactBuildArgs(layer.createdBy, buildArgs) },
  );
  return { ...analysis, layers };
}
