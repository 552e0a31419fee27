import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import { parsePlatform } from '../base/platform.ts';
import type { AttestationDefaults } from '../build/attestation.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import { planBuild } from '../build/build-plan.ts';
import { detectDriver } from '../build/builder.ts';
import { type BuildResult, runBuild } from '../build/run-build.ts';
import { definedOnly } from './actions-exec.ts';
import type { BuildDisplay } from './build-display.ts';
import type { Environment } from './environment.ts';
import { weighImage } from './weigh.ts';

/** One side of a comparison: what was built, and what each of its platforms weighs. */
export interface BuiltSide {
  readonly build: BuildResult;
  /** One a platform, in the order of the build. */
  readonly analyses: readonly ImageAnalysis[];
}

export interface SideOptions {
  /** Working directory of the build: relative paths of the inputs start there. */
  readonly cwd: string;
  /** Digests that FROM is held to, by name. */
  readonly pins: Readonly<Record<string, string>>;
  readonly attestation: AttestationDefaults | null;
  /** What the display calls this build. */
  readonly title: string;
}

/**
 * Builds with BuildKit and weighs the result.
 * @throws DeadweightError `build-failed`, `engine-unreachable`, `buildx-missing`, `dockerfile-missing`, …
 */
export async function buildAndWeigh(
  inputs: BuildInputs,
  options: SideOptions,
  display: BuildDisplay,
  environment: Environment,
): Promise<BuiltSide> {
  const { exec, log, clock } = environment;
  const env = definedOnly(environment.env);
  await mkdir(environment.temporaryDir, { recursive: true });
  const work = await mkdtemp(join(environment.temporaryDir, 'build-'));
  const driver = await detectDriver(inputs.builder, { exec, env, cwd: options.cwd });
  const layout = join(environment.temporaryDir, 'layout');
  const plan = planBuild(
    inputs,
    driver,
    { work, layout },
    { pins: options.pins, attestation: options.attestation },
  );
  const build = await display.show(options.title, onProgress =>
    runBuild(plan, { exec, log, clock, cwd: options.cwd, env, onProgress }),
  );
  const analyses: ImageAnalysis[] = [];
  for (const { platform, reference, origins } of build.images) {
    const wanted = platform === null ? null : parsePlatform(platform);
    analyses.push(await weighImage({ reference, platform: wanted, origins, verify: false }, environment));
  }
  return { build, analyses };
}
