import { join, resolve } from 'node:path';
import * as core from '@actions/core';
import { readEvent } from '../github/event.ts';
import { type CommentOutcome, commentOnReports } from '../run/comment-pipeline.ts';
import { resolveSettings } from '../run/config/settings.ts';
import type { Environment } from '../run/environment.ts';
import { writeOutputFile } from '../run/publish/output-file.ts';
import { githubApi } from './comment-target.ts';
import { eventPayload } from './event-payload.ts';
import type { ActionInputs } from './inputs.ts';

/**
 * `mode: comment`: reports that other jobs handed over become one comment. The step does not fail for a verdict,
 * which was theirs to fail for.
 */
export async function runComment({ options }: ActionInputs, environment: Environment): Promise<void> {
  const event = readEvent(environment.env, await eventPayload(environment));
  const token = options['github-token'];
  // What lies in the working directory may have come with an artifact: only a file that is named is read.
  const settings = options.config === null ? null : await resolveSettings(options, environment.cwd);
  const workflow = environment.env['GITHUB_WORKFLOW'] ?? '';
  const outcome = await commentOnReports({
    event,
    api: githubApi(token, event),
    token,
    patterns: options.reports,
    expected: options.expected,
    pullRequest: options['pr-number'],
    threshold: options['comment-threshold'],
    suggests: options.suggest,
    key: `${workflow} ${options.title ?? options.reports.join(' ')}`,
    policy: settings?.comment ?? options.comment,
    summaryPath: environment.env['GITHUB_STEP_SUMMARY'],
    cwd: environment.cwd,
  });
  for (const { message } of outcome.notices) core.warning(message);
  const given = options.markdown;
  const markdown =
    given === null ? join(environment.temporaryDir, 'comment.md') : resolve(environment.cwd, given);
  if (outcome.body !== null) await writeOutputFile(markdown, outcome.body);
  setCommentOutputs(outcome, outcome.body === null ? null : markdown);
}

function setCommentOutputs({ reports, body, comment }: CommentOutcome, markdown: string | null): void {
  const verdicts = new Set(reports.map(({ verdict }) => verdict));
  const worst = (['fail', 'warn', 'pass'] as const).find(verdict => verdicts.has(verdict));
  const outputs = {
    verdict: worst,
    markdown,
    'comment-body': body,
    'comment-outcome': (comment?.outcome ?? 'skipped').replace(/^skipped-.*/, 'skipped'),
  };
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value ?? '');
}
