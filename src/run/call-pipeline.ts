import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SilentProgram } from '../base/effects.ts';
import { DeadweightError } from '../base/errors.ts';
import { builderUnreachable, saysUnreachable } from '../build/build-driver.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import { planCall } from '../build/build-plan.ts';
import { withFiles } from '../build/build-secret.ts';
import type { Environment } from './environment.ts';
import { definedOnly } from './program-exec.ts';
import { findBuilder } from './weigh/builder.ts';

type CallContext = Pick<
  Environment,
  'exec' | 'cwd' | 'temporaryDir' | 'log' | 'env' | 'secrets' | 'homeDir' | 'hostPlatform' | 'engineStore'
>;

/** Milliseconds that docker may say nothing: a call runs no steps, but may fetch a frontend. */
const MAX_CALL_SILENCE = 600_000;

/** Whether a build only asks BuildKit something, and makes no image to weigh: `check`, `outline`, `targets`. */
export function isCall({ call }: BuildInputs): boolean {
  return call !== '' && call !== 'build';
}

/**
 * Asks BuildKit what a `call` asks, as docker/build-push-action does: nothing is built, weighed or compared.
 * @param print gets what BuildKit answers, also where that fails the call
 * @throws DeadweightError `build-failed` with the first line of the answer where a check has warnings, and as `weighBuild`
 */
export async function callBuild(
  inputs: BuildInputs,
  { exec, cwd, temporaryDir, log, secrets, ...environment }: CallContext,
  print: (text: string) => void,
): Promise<void> {
  const env = definedOnly(environment.env);
  await findBuilder(inputs.builder, cwd, { exec, log, ...environment });
  await mkdir(temporaryDir, { recursive: true });
  const work = await mkdtemp(join(temporaryDir, 'call-'));
  try {
    const plan = planCall(inputs, work, { isMissing: path => !existsSync(resolve(cwd, path)), env });
    for (const { message } of plan.notices) log.warn(message);
    const options = { env: { ...env, ...plan.env }, cwd, maxSilence: MAX_CALL_SILENCE };
    const call = await withFiles(plan.files, () => exec.run('docker', plan.args, options)).catch(
      (error: unknown) => {
        if (error instanceof SilentProgram) throw builderUnreachable(`${error.message}.`);
        throw error;
      },
    );
    const [answer, said] = [call.stdout, call.stderr].map(text => secrets.failure(text).trimEnd());
    if (answer) print(answer);
    if (call.exitCode !== 0) throw failure(inputs.call, answer ?? '', said ?? '');
  } finally {
    await rm(work, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** A check that warns fails with what it printed; what else fails says so on standard error. */
function failure(call: string, answer: string, said: string): DeadweightError {
  if (saysUnreachable(said)) return builderUnreachable(said);
  const lines = said.split('\n').filter(line => line.trim() !== '');
  const [first = ''] = answer.split('\n');
  const last = lines.at(-1)?.replace(/^ERROR: (?:failed to build: )?(?:failed to solve: )?/, '') ?? '';
  return new DeadweightError('build-failed', {
    message: `The call ${call} of BuildKit failed: ${(first || last || 'it said nothing').trim()}`,
    remedy: 'Correct what it lists, and run it again.',
    excerpt: answer === '' ? lines.slice(-MAX_EXCERPT) : [],
  });
}

/** Lines of what docker said that are shown. */
const MAX_EXCERPT = 20;
