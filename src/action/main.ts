import * as core from '@actions/core';
import { DeadweightError, messageOf } from '../base/errors.ts';
import { safeText } from '../base/untrusted-text.ts';
import { privateRepositories } from '../baseline/git/private-repository.ts';
import { cleanUpWhenInterrupted } from '../run/interruption.ts';
import { handOverRunFolder } from '../run/run-folder.ts';
import { namedSecrets, secretMask } from '../run/secret-values.ts';
import { VERSION } from '../run/version.ts';
import { actionEnvironment } from './environment.ts';
import { actionInputs, nameOfStep } from './inputs.ts';
import { runAction } from './run-action.ts';
import { runComment } from './run-comment.ts';
import { announcePost, isPost, rememberFolder, runPost } from './run-post.ts';
import { ReportedError, summarizeError } from './step-failure.ts';

/** The step fails exactly when the verdict is fail, the build failed, or something stopped us. */
function fail(error: unknown): void {
  if (!(error instanceof DeadweightError)) {
    core.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    core.setFailed(`deadweight ${VERSION} has a bug: ${messageOf(error)}`);
    return;
  }
  if (error.excerpt.length > 0) {
    core.info(error.excerpt.map(line => safeText(`  ${line}`, 'log')).join('\n'));
  }
  core.setFailed(error.sentence);
}

/** GitHub's clients may leave timers and connections behind; what was said is written out first. */
async function end(): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>(done => stream.write('', () => done()));
  }
  process.exit();
}

async function runStep(): Promise<void> {
  const inputs = actionInputs();
  const run = inputs.options.mode === 'comment' ? runComment : runAction;
  const { build, options } = inputs;
  for (const secret of new Set(namedSecrets(build, process.env))) core.setSecret(secret);
  const secrets = secretMask(build, process.env, [options.image ?? ''], [options['github-token']]);
  const environment = await actionEnvironment(options, secrets, nameOfStep(inputs));
  rememberFolder(environment.temporaryDir, environment.env);
  const { temporaryDir, exportLayouts, unfinished } = environment;
  cleanUpWhenInterrupted(() => [temporaryDir, ...exportLayouts.folders], unfinished);
  try {
    await run(inputs, environment);
  } catch (error) {
    throw secrets.error(error);
  } finally {
    // The reports stay for the steps that follow.
    await handOverRunFolder(environment.temporaryDir, [privateRepositories(environment.temporaryDir)]);
  }
}

try {
  // The runner starts this once more when the job's other steps are over.
  if (isPost()) await runPost(process.env);
  else {
    announcePost(process.env);
    await runStep();
  }
} catch (error) {
  if (error instanceof ReportedError) fail(error.cause);
  else {
    await summarizeError(error);
    fail(error);
  }
}
await end();
