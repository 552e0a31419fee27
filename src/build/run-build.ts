import { type Clock, type Exec, type Log, SlowProgram } from '../base/effects.ts';
import { DeadweightError, messageOf } from '../base/errors.ts';
import { askVersion, detectDriver } from './build-driver.ts';
import { buildFailure } from './build-failure.ts';
import { readMetadata, readProvenances } from './build-metadata.ts';
import { findExportedLayout } from './build-output.ts';
import type { BuildPlan, CheckPlan } from './build-plan.ts';
import type { BuildResult } from './build-result.ts';
import { withFiles } from './build-secret.ts';
import { BuildTrace } from './build-trace.ts';
import { composeResult } from './compose-result.ts';
import { type BuildPlace, type LocalSources, readLocalSources } from './dockerfile-source.ts';
import type { ProgressEvent } from './progress-event.ts';
import { ProgressReader } from './progress-reader.ts';

export interface BuildEffects extends BuildPlace {
  readonly exec: Exec;
  readonly log: Log;
  readonly clock: Clock;
  /** The whole environment of docker, before the plan adds its own. */
  readonly env: Readonly<Record<string, string>>;
  /** What was read of the build before; it is read here when absent. */
  readonly sources?: LocalSources | null;
  readonly onProgress?: (event: ProgressEvent) => void;
}

/**
 * Builds as planned.
 * @throws DeadweightError `build-failed`, `dockerfile-missing`, `input-missing`, `engine-unreachable`,
 * `buildx-missing`, `disk-full`, `permission-denied`
 */
export async function runBuild(plan: BuildPlan, effects: BuildEffects): Promise<BuildResult> {
  const { sources = await readLocalSources(plan.dockerfile, effects) } = effects;
  const dockerfile = sources?.dockerfile ?? null;
  const trace = new BuildTrace();
  const startedAt = effects.clock.now();
  const exitCode = await withFiles(plan.files, () => build(plan, trace, effects));
  const durationMs = effects.clock.now() - startedAt;
  if (exitCode !== 0) {
    // Nothing ran: docker may have no buildx, which takes its options for wrong ones, or no such builder.
    if (trace.vertices.size === 0) await detectDriver(plan.driver.builder, effects);
    throw buildFailure(trace, exitCode, sources, plan.buildArgs);
  }
  const file = await readMetadata(plan, effects.env, effects.log);
  const provenances = await readProvenances(plan, file, effects);
  const isTold = provenances.size >= Math.max(1, plan.platforms.length);
  const layout = await findExportedLayout(plan.image, effects.cwd, file.metadata.digest);
  return composeResult({
    plan,
    trace,
    dockerfile,
    ignoreFile: sources?.ignoreFile ?? null,
    metadata: file.metadata,
    provenances,
    buildxVersion: isTold ? null : await askVersion(effects),
    layout,
    durationMs,
  });
}

/**
 * Builds a stage as planned, of which nothing is kept.
 * @param maxTime milliseconds after which it is ended
 * @throws DeadweightError as `runBuild`
 * @throws SlowProgram
 */
export async function runCheck(plan: CheckPlan, effects: BuildEffects, maxTime: number): Promise<void> {
  const trace = new BuildTrace();
  const exitCode = await withFiles(plan.files, () => build(plan, trace, effects, maxTime));
  if (exitCode !== 0) throw buildFailure(trace, exitCode, null, plan.buildArgs);
}

async function build(
  plan: Pick<BuildPlan, 'program' | 'args' | 'env'>,
  trace: BuildTrace,
  effects: BuildEffects,
  maxTime?: number,
): Promise<number> {
  const reader = new ProgressReader(event => {
    trace.add(event);
    effects.onProgress?.(event);
  });
  try {
    const { exitCode } = await effects.exec.run(plan.program, plan.args, {
      cwd: effects.cwd,
      env: { ...effects.env, ...plan.env },
      onStderr: chunk => reader.push(chunk),
      maxOutput: 64 * 1024,
      ...(maxTime === undefined ? {} : { maxTime }),
    });
    reader.end();
    return exitCode;
  } catch (cause) {
    if (cause instanceof SlowProgram) throw cause;
    throw new DeadweightError('buildx-missing', {
      message: `The program ${plan.program} could not be started: ${messageOf(cause)}`,
      remedy: 'Install Docker with its Buildx plugin, and make sure that docker is on the PATH.',
      cause,
    });
  }
}
