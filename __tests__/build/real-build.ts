import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { detectDriver } from '../../src/build/build-driver.ts';
import type { BuildInputs } from '../../src/build/build-inputs.ts';
import { type BuildPlanOptions, planBuild } from '../../src/build/build-plan.ts';
import type { BuildResult } from '../../src/build/build-result.ts';
import type { ProgressEvent } from '../../src/build/progress-event.ts';
import { runBuild } from '../../src/build/run-build.ts';
import { buildInputs } from '../support/option-values.ts';
import { silentLog } from '../support/silent-log.ts';
import { nodeExec } from './node-exec.ts';

export interface RealBuild {
  readonly files: Readonly<Record<string, string>>;
  readonly inputs?: Partial<BuildInputs>;
  readonly options?: BuildPlanOptions;
  readonly onProgress?: (event: ProgressEvent) => void;
  readonly layout?: string;
}

/** A directory with the files in it. */
export async function contextOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'deadweight-context-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** Builds with the engine of an environment. */
export async function realBuild(env: Record<string, string>, build: RealBuild): Promise<BuildResult> {
  const cwd = await contextOf(build.files);
  const work = await mkdtemp(join(tmpdir(), 'deadweight-build-'));
  const inputs = buildInputs({ 'inline-cache': false, ...build.inputs });
  const driver = await detectDriver(inputs.builder, { exec: nodeExec, env });
  const plan = planBuild(inputs, driver, build.layout ? { work, layout: build.layout } : { work }, {
    env,
    ...build.options,
  });
  const { onProgress } = build;
  return runBuild(plan, {
    exec: nodeExec,
    log: silentLog,
    clock: { now: () => performance.timeOrigin + performance.now() },
    env,
    cwd,
    ...(onProgress ? { onProgress } : {}),
  });
}

/** `2-4 own` for each layer: lines and origin. */
export function linesOf(result: BuildResult, image = 0): readonly string[] {
  const origins = result.images[image]?.origins;
  return (origins?.layers ?? []).map(layer => {
    const { startLine, endLine } = layer.instruction ?? { startLine: 0, endLine: 0 };
    return `${startLine}-${endLine} ${layer.origin}`;
  });
}

/** The environment for the engine at a DOCKER_HOST. */
export function engineEnv(host: string): Record<string, string> {
  const env: Record<string, string> = { DOCKER_HOST: host };
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'DOCKER_CONFIG']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}
