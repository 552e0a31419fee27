import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SlowProgram } from '../../base/effects.ts';
import { DeadweightError } from '../../base/errors.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
import { planCheck } from '../../build/build-plan.ts';
import { CHECK_STAGE, withCheckStage } from '../../build/check-stage.ts';
import { causeOf } from '../../build/failure-cause.ts';
import { runCheck } from '../../build/run-build.ts';
import type { EditedTexts } from '../../findings/fix/patch.ts';
import { definedOnly } from '../program-exec.ts';
import { type BuildContext, redactEvent } from '../weigh/built-image.ts';

/** Milliseconds that the command of a check may take. */
const MAX_CHECK = 300_000;

interface CheckedBuild {
  readonly inputs: BuildInputs;
  /** Digests that FROM is held to, by name. */
  readonly pins: Readonly<Record<string, string>>;
}

/**
 * Runs the command of `fix-check` in the image of these texts, as a build step without network, secrets and cache.
 * @returns why, in a sentence, where it does not succeed; null where it does
 * @throws DeadweightError `engine-unreachable`, `disk-full`, …
 */
export async function checkImage(
  command: string,
  texts: EditedTexts,
  title: string,
  { inputs, pins }: CheckedBuild,
  { exec, log, clock, display, temporaryDir, cwd, ...context }: BuildContext & { readonly cwd: string },
): Promise<string | null> {
  const dockerfile = withCheckStage(texts.dockerfile, inputs.target, command);
  if (dockerfile === null) return 'the Dockerfile has no such stage';
  await mkdir(temporaryDir, { recursive: true });
  const folder = await mkdtemp(join(temporaryDir, 'check-'));
  try {
    const file = join(folder, 'Dockerfile');
    await writeFile(file, dockerfile);
    await writeFile(`${file}.dockerignore`, texts.ignore);
    const env = definedOnly(context.env);
    const isMissing = (path: string): boolean => !existsSync(resolve(cwd, path));
    const checked = { ...inputs, file, target: CHECK_STAGE, tags: [], 'no-cache': false, pull: false };
    const plan = planCheck(checked, folder, { pins, isMissing, env });
    await display.show(title, show =>
      runCheck(
        plan,
        { exec, log, clock, cwd, env, onProgress: event => show(redactEvent(event, plan.buildArgs)) },
        MAX_CHECK,
      ),
    );
    return null;
  } catch (error) {
    if (error instanceof SlowProgram) return `it took longer than ${MAX_CHECK / 60_000} minutes`;
    if (error instanceof DeadweightError && error.code === 'build-failed') return causeOf(error);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
