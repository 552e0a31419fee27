import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Exec } from '../../src/base/effects.ts';
import type { BuildDriver } from '../../src/build/build-driver.ts';
import type { BuildInputs } from '../../src/build/build-inputs.ts';
import { planBuild } from '../../src/build/build-plan.ts';
import type { BuildResult } from '../../src/build/build-result.ts';
import { type BuildEffects, runBuild } from '../../src/build/run-build.ts';
import { buildInputs } from '../support/option-values.ts';
import { silentLog } from '../support/silent-log.ts';
import { contextOf } from './real-build.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/build/', import.meta.url));

/** What a recorded build left: buildx's standard error, and its files. */
export interface Recording {
  readonly stderr: string | Uint8Array;
  readonly exitCode?: number;
  readonly metadata?: string;
  readonly imageId?: string;
  /** Called while "the build runs", with docker's arguments and environment. */
  readonly during?: (args: readonly string[], env: Readonly<Record<string, string>>) => Promise<void>;
  readonly history?: string;
  /** What `docker buildx version` says; null where there is no buildx. 0.29.1 when absent. */
  readonly version?: string | null;
}

function recordedDriver(store: 'graph-driver' | 'containerd'): BuildDriver {
  return {
    builder: '',
    driver: 'docker',
    store,
    buildkitVersion: null,
  };
}

export function fixtureText(name: string): string {
  return readFileSync(join(FIXTURES, name), 'utf8');
}

/** Runs a build whose docker only plays a recording. */
export async function playBuild(
  recording: Recording,
  files: Readonly<Record<string, string>>,
  inputs: Partial<BuildInputs> = {},
  store: 'graph-driver' | 'containerd' = 'graph-driver',
  effects: Partial<BuildEffects> = {},
): Promise<BuildResult> {
  const cwd = await contextOf(files);
  const work = await contextOf({});
  const plan = planBuild(buildInputs(inputs), recordedDriver(store), { work }, { env: effects.env ?? {} });
  return runBuild(plan, {
    exec: player(recording),
    log: silentLog,
    clock: { now: () => 0 },
    env: {},
    cwd,
    ...effects,
  });
}

function player(recording: Recording): Exec {
  return {
    async run(_program, args, options = {}) {
      if (args[1] === 'history')
        return { exitCode: recording.history ? 0 : 1, stdout: recording.history ?? '', stderr: '' };
      if (args[1] === 'version') {
        const { version = 'github.com/docker/buildx v0.29.1 abc' } = recording;
        return { exitCode: version === null ? 1 : 0, stdout: version ?? '', stderr: 'no such command' };
      }
      if (args[1] === 'inspect' && recording.version !== null) {
        return { exitCode: 0, stdout: 'Driver: remote\nStatus: running\n', stderr: '' };
      }
      await recording.during?.(args, options.env ?? {});
      const after = (flag: string): string => args[args.indexOf(flag) + 1] ?? '';
      if (recording.metadata !== undefined) await writeFile(after('--metadata-file'), recording.metadata);
      if (recording.imageId !== undefined) await writeFile(after('--iidfile'), recording.imageId);
      options.onStderr?.(Buffer.from(recording.stderr));
      return { exitCode: recording.exitCode ?? 0, stdout: '', stderr: '' };
    },
  };
}
