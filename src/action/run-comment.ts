import { join, resolve } from 'node:path';
import { commentOnReports } from '../run/comment-pipeline.ts';
import { readCheckedOut } from '../run/config/config-file.ts';
import { resolveSettings } from '../run/config/settings.ts';
import type { Environment } from '../run/environment.ts';
import { writeOutputFile } from '../run/publish/output-file.ts';
import { githubApi, runnerEvent } from './github.ts';
import type { ActionInputs } from './inputs.ts';
import { setCommentOutputs } from './outputs.ts';

/**
 * `mode: comment`: reports that other jobs handed over become one comment. The step does not fail for a verdict,
 * which was theirs to fail for.
 */
export async function runComment({ options }: ActionInputs, environment: Environment): Promise<void> {
  const event = await runnerEvent(environment.env);
  const token = options['github-token'];
  // What lies in the working directory may have come with an artifact: only a file that is named is read.
  const { cwd } = environment;
  const settings =
    options.config === null ? null : await resolveSettings(options, cwd, readCheckedOut(cwd, [cwd]));
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
    cwd,
  });
  for (const { message } of outcome.notices) environment.log.warn(message);
  const given = options.markdown;
  const markdown = given === null ? join(environment.temporaryDir, 'comment.md') : resolve(cwd, given);
  if (outcome.body !== null) await writeOutputFile(markdown, outcome.body);
  setCommentOutputs(outcome, outcome.body === null ? null : markdown);
}
