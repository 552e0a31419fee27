import { mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as core from '@actions/core';
import { z } from 'zod';
import { withoutCredentials } from '../base/credentials.ts';
import { messageOf } from '../base/errors.ts';
import { parseBoundedJson } from '../base/json-shape.ts';
import { lazy } from '../base/lazy.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import { exportRecord, findReference, recordId } from '../build/build-record.ts';
import type { BuildMetadata } from '../build/build-result.ts';
import { localFolder } from '../build/dockerfile-source.ts';
import { readReference } from '../build/metadata-output.ts';
import { uploadFile } from '../github/artifact/report-upload.ts';
import { type GitHubEvent, isEnterpriseServer } from '../github/event.ts';
import { writeSummary } from '../github/summary.ts';
import { dockerFolder } from '../image/engine/docker-config.ts';
import { renderBuildRecord } from '../report/markdown/build-record.ts';
import type { Environment } from '../run/environment.ts';
import { definedOnly } from '../run/program-exec.ts';
import { secretMask } from '../run/secret-values.ts';
import { readSwitch } from './build-switch.ts';
import { stepExec } from './environment.ts';
import { runnerEvent } from './github.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What the step leaves for the time after the job's other steps. */
const STATE = 'build';
const stateSchema = lazy(() => z.object({ ref: z.string(), inputs: z.record(z.string(), z.unknown()) }));

/** Milliseconds for a record of some tens of kilobytes. */
const MAX_UPLOAD_TIME = 30_000;

/**
 * Keeps what the summary of a build is made of when the job is over, where one is wanted.
 * @param metadata null of a build that failed
 * @param since when the step began. Milliseconds since the epoch
 */
export function rememberBuild(
  inputs: BuildInputs,
  metadata: BuildMetadata | null,
  since: number,
  event: GitHubEvent,
  { env, cwd, secrets }: Pick<Environment, 'env' | 'cwd' | 'secrets'>,
): void {
  if (!wantsSummary(env) || isEnterpriseServer(event) || !env['GITHUB_STATE']) return;
  const ref =
    metadata === null
      ? findReference(buildxFolder(env), since, contextPath(inputs.context, cwd))
      : readReference(metadata.json);
  if (ref !== null)
    core.saveState(STATE, JSON.stringify({ ref, inputs: secrets.report(shownInputs(inputs)) }));
}

/** Of a build that was remembered: its record as an artifact, and its summary. What fails is a warning. */
export async function summarizeBuild(temporaryDir: string, env: Env): Promise<void> {
  const text = core.getState(STATE);
  if (text === '') return;
  await core.group('Build summary', async () => {
    try {
      await summarize(stateSchema().parse(parseBoundedJson(text)), await runnerEvent(env), temporaryDir, env);
    } catch (error) {
      core.warning(secretMask(null, env).failure(`The build has no summary: ${messageOf(error)}`));
    }
  });
}

async function summarize(
  { ref, inputs }: z.infer<ReturnType<typeof stateSchema>>,
  { repository, run }: GitHubEvent,
  temporaryDir: string,
  env: Env,
): Promise<void> {
  const folder = join(temporaryDir, 'record');
  await mkdir(folder, { recursive: true });
  const name = `${repository.owner}~${repository.name}~${recordId(ref)}.dockerbuild`;
  const file = join(folder, name);
  const record = await exportRecord(ref, file, { exec: stepExec(env), env: definedOnly(env) });
  const { size } = await stat(file);
  const uploads = readSwitch(env, 'DOCKER_BUILD_RECORD_UPLOAD', true);
  const id = uploads
    ? await uploadFile({ name, folder, file, retentionDays: retentionOf(env), timeoutMs: MAX_UPLOAD_TIME })
    : null;
  const artifact = id === null ? null : { name, size, address: `./${run.id}/artifacts/${id}` };
  const notice = await writeSummary(env['GITHUB_STEP_SUMMARY'], renderBuildRecord(record, artifact, inputs));
  if (notice !== null) core.warning(notice.message);
}

/** The second name is that of docker/build-push-action 6. */
function wantsSummary(env: Env): boolean {
  return readSwitch(env, 'DOCKER_BUILD_SUMMARY', true) && !readSwitch(env, 'DOCKER_BUILD_NO_SUMMARY', false);
}

/** Days; null as long as the repository says. @throws Error where that is no number */
function retentionOf(env: Env): number | null {
  const name = 'DOCKER_BUILD_RECORD_RETENTION_DAYS';
  const text = env[name] || env['DOCKER_BUILD_EXPORT_RETENTION_DAYS'];
  if (!text) return null;
  const days = Number.parseInt(text, 10);
  if (Number.isNaN(days))
    throw new Error(`the variable ${name} is ${JSON.stringify(text)}, and no number of days`);
  return days;
}

/** As buildx writes it down. */
function contextPath(context: string, cwd: string): string {
  const folder = localFolder(context);
  return folder === null ? context : resolve(cwd, folder);
}

function buildxFolder(env: Env): string {
  const docker = dockerFolder({ env, homeDir: env['HOME'] || homedir() });
  return env['BUILDX_CONFIG'] || join(docker, 'buildx');
}

/** Those that say something, secrets and build arguments by their names alone. */
function shownInputs(inputs: BuildInputs): Readonly<Record<string, unknown>> {
  const isNamed = (name: string): boolean => name.startsWith('secret') || name === 'build-args';
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]): readonly [string, unknown][] => {
      if (value === '' || value === false || (Array.isArray(value) && value.length === 0)) return [];
      if (!Array.isArray(value))
        return [[name, typeof value === 'string' ? withoutCredentials(value) : value]];
      if (!isNamed(name)) return [[name, value.map(entry => withoutCredentials(String(entry)))]];
      return [[name, value.map(entry => String(entry).split('=', 1)[0]?.trim())]];
    }),
  );
}
