import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Exec } from '../base/effects.ts';
import { readInputFile } from '../base/input-file.ts';
import { parseBoundedJson } from '../base/json-shape.ts';
import { lazy } from '../base/lazy.ts';

/** What a builder remembers of a build. */
export interface BuildHistoryRecord {
  /** `XLHPJF`, as Docker Desktop shows it. */
  readonly id: string;
  readonly name: string;
  /** `completed`, `failed`, `canceled`. */
  readonly status: string;
  readonly durationMs: number;
  readonly cachedSteps: number;
  readonly steps: number;
}

interface DockerEffects {
  readonly exec: Exec;
  readonly env: Readonly<Record<string, string>>;
}

const inspected = lazy(() =>
  z.object({
    Name: z.string().default(''),
    Status: z.string().default(''),
    Duration: z.number().default(0),
    NumCachedSteps: z.number().default(0),
    NumTotalSteps: z.number().default(0),
  }),
);

const localState = lazy(() => z.object({ LocalPath: z.string() }));
/** Bytes of what buildx writes down of a build. */
const MAX_LOCAL_STATE = 1024 * 1024;

/** How many entries of the folder of references are looked at. */
const MAX_REFERENCES = 10_000;

/** Milliseconds that docker may say nothing: it finishes the record and copies it. */
const MAX_EXPORT_SILENCE = 600_000;

/** The first letters of a build's id, in capitals. */
export function recordId(ref: string): string {
  return (ref.split('/').at(-1) ?? '').slice(0, 6).toUpperCase();
}

/**
 * Writes the record of a build to a file that Docker Desktop imports (`docker buildx history export`, buildx 0.24).
 * @param ref `builder/node/id`, as the metadata name the build
 * @throws Error with what docker says
 */
export async function exportRecord(
  ref: string,
  file: string,
  { exec, env }: DockerEffects,
): Promise<BuildHistoryRecord> {
  const [, builder, id] = /^([\w.@-]+)\/[\w.@-]+\/(\w+)$/.exec(ref) ?? [];
  if (builder === undefined || id === undefined) throw new Error('the build has no reference');
  const docker = async (...args: readonly string[]): Promise<string> => {
    const options = { env, maxSilence: MAX_EXPORT_SILENCE };
    const { exitCode, stdout, stderr } = await exec.run('docker', ['buildx', 'history', ...args], options);
    if (exitCode === 0) return stdout;
    throw new Error(
      stderr.trim().split('\n').at(-1) || `docker buildx history ended with exit code ${exitCode}`,
    );
  };
  await docker('export', '--builder', builder, '--finalize', '--output', file, id);
  const text = await docker('inspect', '--builder', builder, '--format', 'json', id);
  const { Name, Status, Duration, NumCachedSteps, NumTotalSteps } = inspected().parse(parseBoundedJson(text));
  return {
    id: recordId(ref),
    name: Name,
    status: Status,
    durationMs: Duration / 1e6,
    cachedSteps: NumCachedSteps,
    steps: NumTotalSteps,
  };
}

/**
 * The reference of the first build since a time, where no metadata name it: of one that failed buildx writes none.
 * @param folder where buildx keeps its configuration, which other jobs of the machine may share
 * @param since milliseconds since the epoch
 * @param context of the build: a directory, absolute, or an address
 * @returns null where there is none
 */
export function findReference(folder: string, since: number, context: string): string | null {
  const refs = join(folder, 'refs');
  let first: { readonly ref: string; readonly at: number } | null = null;
  try {
    for (const name of readdirSync(refs, { recursive: true, encoding: 'utf8' }).slice(0, MAX_REFERENCES)) {
      if (name.split('/').length !== 3 || name.startsWith('__group__')) continue;
      const at = statSync(join(refs, name), { throwIfNoEntry: false })?.mtimeMs;
      if (at === undefined || at < since || (first !== null && at >= first.at)) continue;
      if (contextOf(join(refs, name)) === context) first = { ref: name, at };
    }
  } catch {
    // No builder has built anything here.
  }
  return first?.ref ?? null;
}

/** What buildx wrote down of a build that it began; null where that cannot be read. */
function contextOf(path: string): string | null {
  const state = localState().safeParse(
    parseBoundedJson(readInputFile(path, { maxBytes: MAX_LOCAL_STATE }).toString('utf8')),
  );
  return state.success ? state.data.LocalPath : null;
}
