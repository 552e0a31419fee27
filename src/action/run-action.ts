import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as core from '@actions/core';
import { DeadweightError, systemErrorCode } from '../base/errors.ts';
import type { BaseRequest } from '../baseline/base-request.ts';
import { serializeSnapshot } from '../compare/parse-snapshot.ts';
import { baseOfEvent } from '../github/base-of-event.ts';
import { type GitHubEvent, readEvent } from '../github/event.ts';
import { octokitApi } from '../github/octokit-api.ts';
import { renderJson } from '../report/json.ts';
import { loggedDisplay } from '../run/build-display.ts';
import { headCommit, repositoryDirectory } from '../run/checkout.ts';
import type { Environment } from '../run/environment.ts';
import { inspectImage } from '../run/inspection.ts';
import { writeOutputFile } from '../run/output-file.ts';
import { type BuildOutcome, weighBuild } from '../run/pipeline.ts';
import { type CommentTarget, publish } from '../run/publish.ts';
import type { InspectRequest, ResolvedSettings } from '../run/request.ts';
import { resolveSettings } from '../run/settings.ts';
import { worstVerdict } from '../run/weighed.ts';
import type { ActionInputs } from './inputs.ts';
import { type ReportPaths, setOutputs } from './outputs.ts';

/** One step of a workflow, from its inputs to the comment. */
export async function runAction(inputs: ActionInputs, environment: Environment): Promise<void> {
  const event = readEvent(environment.env, await eventPayload(environment));
  const settings = await resolveSettings(inputs.settings, environment.cwd);
  const outcome = await weigh(inputs, settings, event, environment);
  const reports = outcome.images.map(({ report }) => report);

  const published = await publish({
    reports,
    target: commentTarget(inputs, event),
    policy: settings.comment ?? inputs.policy,
    threshold: inputs.threshold,
    sink: core,
    summaryPath: environment.env['GITHUB_STEP_SUMMARY'],
    cwd: environment.cwd,
    repositoryDirectory: await repositoryDirectory(environment),
  });
  for (const { message } of published.notices) core.warning(message);

  const paths = await writeReports(outcome, published.body, inputs, environment);
  setOutputs(outcome, published, paths);
  if (worstVerdict(outcome.images) === 'fail') core.setFailed(failureOf(outcome));
}

async function weigh(
  inputs: ActionInputs,
  settings: ResolvedSettings,
  event: GitHubEvent,
  environment: Environment,
): Promise<BuildOutcome> {
  const { repository, serverUrl, run } = event;
  const provenance = {
    commit: (await headCommit(environment)) ?? event.sha,
    repositoryUrl: `${serverUrl}/${repository.owner}/${repository.name}`,
    runUrl: run.url,
    attestation: { builderId: run.url, privateRepository: event.privateRepository },
  };
  if (inputs.image !== null) {
    const request: InspectRequest = {
      ...{ command: 'inspect', reference: inputs.image, settings: inputs.settings },
      ...{ base: null, verify: false },
    };
    const image = await inspectImage(request, settings, environment, provenance);
    return { images: [image], metadata: null };
  }
  if (event.name === 'pull_request_target') throw targetEvent();
  const base = baseOf(inputs.against, event);
  const display = loggedDisplay(environment.log);
  return weighBuild({ inputs: inputs.build, settings, base, provenance, display }, environment);
}

/** What an event without a base has nothing to say about, the report does not mention. */
function baseOf(against: string, event: GitHubEvent): BaseRequest | null {
  if (against === 'none') return null;
  if (against !== 'auto') return { kind: 'explicit', ref: against };
  const base = baseOfEvent(event);
  return base.kind === 'none' ? null : base;
}

/** Its token can write and its secrets are there: what a stranger's Dockerfile says must not run with them. */
function targetEvent(): DeadweightError {
  return new DeadweightError('usage', {
    message: 'On pull_request_target nothing is built.',
    remedy:
      'Build on pull_request, whose token is read-only for forks, or name an image to weigh with the input image.',
  });
}

function commentTarget({ token }: ActionInputs, event: GitHubEvent): CommentTarget | null {
  if (event.name !== 'pull_request' && event.name !== 'pull_request_target') return null;
  const { number, headSha } = event.pullRequest;
  const { apiUrl, repository, run } = event;
  const sleep = (milliseconds: number): Promise<void> => new Promise(wake => setTimeout(wake, milliseconds));
  const api = octokitApi({ token, apiUrl, repository, clock: { now: () => Date.now() }, sleep });
  return { api, pullRequest: number, headSha, run: `${run.id}-${run.attempt}` };
}

async function eventPayload({ env }: Environment): Promise<string> {
  const path = env['GITHUB_EVENT_PATH'];
  try {
    return path ? await readFile(path, 'utf8') : '{}';
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return '{}';
    throw error;
  }
}

async function writeReports(
  { images }: BuildOutcome,
  body: string,
  { settings }: ActionInputs,
  environment: Environment,
): Promise<ReportPaths> {
  const { json, markdown, snapshot } = settings.output;
  const pathOf = (given: string | null, name: string, index: number): string => {
    const path = given === null ? join(environment.temporaryDir, name) : resolve(environment.cwd, given);
    return index === 0 ? path : path.replace(/(\.[^./]+)?$/, `-${index + 1}$1`);
  };
  await writeOutputFile(pathOf(markdown, 'comment.md', 0), body);
  for (const [index, image] of images.entries()) {
    await writeOutputFile(pathOf(json, 'report.json', index), renderJson(image.report));
    await writeOutputFile(pathOf(snapshot, 'snapshot.json', index), serializeSnapshot(image.snapshot()));
  }
  return {
    json: pathOf(json, 'report.json', 0),
    markdown: pathOf(markdown, 'comment.md', 0),
    snapshot: pathOf(snapshot, 'snapshot.json', 0),
  };
}

function failureOf({ images }: BuildOutcome): string {
  const exceeded = images.flatMap(({ report }) => report.budgets.filter(({ status }) => status === 'fail'));
  const names = [...new Set(exceeded.map(({ name }) => name))].join(', ');
  return `The image is over budget: ${names}. The job summary says which lines made it so.`;
}
