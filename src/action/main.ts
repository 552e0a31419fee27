import * as core from '@actions/core';
import { DeadweightError, messageOf } from '../base/errors.ts';
import { printable, withoutCommands } from '../run/log-text.ts';
import { VERSION } from '../run/version.ts';
import { actionEnvironment } from './environment.ts';
import { actionInputs } from './inputs.ts';
import { runAction } from './run-action.ts';

/** The step fails exactly when the verdict is fail, the build failed, or something stopped us. */
function fail(error: unknown): void {
  if (!(error instanceof DeadweightError)) {
    core.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    core.setFailed(`deadweight ${VERSION} has a bug: ${messageOf(error)}`);
    return;
  }
  if (error.excerpt.length > 0) {
    core.info(error.excerpt.map(line => withoutCommands(`  ${printable(line)}`)).join('\n'));
  }
  core.setFailed(`${error.message} ${error.remedy}`);
}

try {
  await runAction(actionInputs(), await actionEnvironment());
} catch (error) {
  fail(error);
}
