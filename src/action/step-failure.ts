import * as core from '@actions/core';
import { sentenceOf } from '../base/errors.ts';
import type { GitHubApi } from '../github/api.ts';
import type { GitHubEvent } from '../github/event.ts';
import { writeSummary } from '../github/summary.ts';
import { renderFailure } from '../report/markdown/render-failure.ts';
import type { Settings } from '../run/config/settings.ts';
import type { Environment } from '../run/environment.ts';
import { handOverFailure } from '../run/publish/handover.ts';
import { failureReport, isAboutImage, publishFailure } from '../run/publish/publish-failure.ts';
import { type RunOrigin, reportContext } from '../run/weigh/image-report.ts';
import { findCommentTarget } from './comment-target.ts';
import type { ActionInputs } from './inputs.ts';
import { setFailureOutputs } from './outputs.ts';

/** An error that reports tell already: the step still has to fail with it. */
export class ReportedError extends Error {
  constructor(cause: unknown) {
    super('the step has failed and its reports say so', { cause });
    this.name = 'ReportedError';
  }
}

export interface FailedStep {
  readonly inputs: ActionInputs;
  readonly settings: Settings;
  readonly event: GitHubEvent;
  readonly origin: RunOrigin;
  readonly api: GitHubApi;
}

/**
 * Says why an image could not be weighed: in the summary, at its line, in the comment, and to the job that comments.
 * @returns the error to fail with
 */
export async function reportFailure(
  error: unknown,
  { inputs, settings, event, origin, api }: FailedStep,
  environment: Environment,
): Promise<ReportedError> {
  const { options, build } = inputs;
  const { cwd, hostPlatform, clock, env, secrets } = environment;
  const failed = {
    inputs: build,
    image: options.image,
    title: settings.title,
    context: reportContext(origin),
    mask: (text: string) => secrets.failure(text),
  };
  const defaultPlatform = env['DOCKER_DEFAULT_PLATFORM'];
  const failure = failureReport(error, failed, { cwd, hostPlatform, defaultPlatform, now: clock.now() });
  const { target, notices } = isAboutImage(error)
    ? await findCommentTarget(options, event, api)
    : { target: null, notices: [] };
  const published = await publishFailure({
    failure,
    target,
    policy: settings.comment,
    threshold: options['comment-threshold'],
    sink: core,
    summaryPath: env['GITHUB_STEP_SUMMARY'],
    notices,
  });
  const uploaded = options.upload ? await handOverFailure(failure, environment) : [];
  for (const { message } of [...published.notices, ...uploaded]) environment.log.warn(message);
  setFailureOutputs(published);
  return new ReportedError(error);
}

/** What stops a step before it knows its image has its sentence in the summary. */
export async function summarizeError(error: unknown): Promise<void> {
  const body = renderFailure({ name: 'deadweight', reason: sentenceOf(error) });
  await writeSummary(process.env['GITHUB_STEP_SUMMARY'], body);
}
