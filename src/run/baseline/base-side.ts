import { isAbsolute, join, relative, resolve } from 'node:path';
import { DeadweightError, messageOf } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import type { BaseRequest } from '../../baseline/base-request.ts';
import { chooseBase } from '../../baseline/choose-base.ts';
import { shortCommit } from '../../baseline/git/commit.ts';
import { GitRepository } from '../../baseline/git/repository.ts';
import { withWorktree } from '../../baseline/git/worktree.ts';
import { type BuildInputs, withoutOutputs } from '../../build/build-inputs.ts';
import { isRemoteContext } from '../../build/dockerfile-source.ts';
import type { Environment } from '../environment.ts';
import type { BuildDisplay } from '../weigh/build-display.ts';
import { type BuiltSide, buildAndWeigh, type SideOptions } from '../weigh/build-side.ts';

/** The base of the comparison, built; or why there is none. */
export type BaseSide =
  | {
      readonly side: BuiltSide;
      readonly commit: string;
      readonly explanation: string;
      readonly notices: readonly Notice[];
    }
  | { readonly side: null; readonly absence: Notice };

/** What the base is built with: the head's inputs and builder, its FROM images, the same cache. */
export interface BaseBuild {
  readonly inputs: BuildInputs;
  readonly options: Omit<SideOptions, 'cwd' | 'examines'>;
  readonly display: BuildDisplay;
}

/** A base that was chosen and not built yet. */
export interface ChosenBase {
  readonly repository: GitRepository;
  readonly commit: string;
  readonly explanation: string;
}

/**
 * Chooses the base before anything is built, so that a wrong ref is told at once.
 * @throws DeadweightError `git-ref-unknown`, `git-failed` for an explicit ref
 */
export async function chooseBaseCommit(
  request: BaseRequest,
  environment: Environment,
): Promise<ChosenBase | { readonly absence: Notice }> {
  const { exec, env, cwd } = environment;
  try {
    const repository = await GitRepository.open({ exec, env }, cwd);
    const choice = await chooseBase(request, repository);
    if (choice.commit === null) return { absence: choice.reason };
    return { repository, commit: choice.commit, explanation: choice.explanation };
  } catch (error) {
    if (request.kind === 'explicit' || !(error instanceof DeadweightError)) throw error;
    return absent('base-unavailable', `There is no comparison: ${messageOf(error)} ${error.remedy}`);
  }
}

/** Builds and weighs the base in a worktree beside the head. What goes wrong there is a reason, never an error. */
export async function buildBase(
  base: ChosenBase,
  build: BaseBuild,
  environment: Environment,
): Promise<BaseSide> {
  const where = locationOf(build.inputs, base.repository.directory, environment.cwd);
  if (where === null) {
    return without(
      'base-context-elsewhere',
      'There is no comparison: the build context is not part of the repository.',
    );
  }
  try {
    return await withWorktree(base.repository, base.commit, environment.temporaryDir, async worktree => {
      const cwd = join(worktree.directory, where.cwd);
      const inputs = { ...baseInputs(build.inputs, environment.cwd), ...where.inputs };
      const title = `${build.options.title} ${shortCommit(base.commit)}`;
      const options = { ...build.options, title, cwd, examines: false };
      const side = await buildAndWeigh(inputs, options, build.display, environment);
      return { side, commit: base.commit, explanation: base.explanation, notices: worktree.notices };
    });
  } catch (error) {
    if (!(error instanceof DeadweightError)) throw error;
    return without(...reasonOf(error, base.commit));
  }
}

/** The head's inputs elsewhere. Secrets and keys are where the head has them: they are rarely in the repository. */
function baseInputs(inputs: BuildInputs, cwd: string): BuildInputs {
  return {
    ...withoutOutputs(inputs),
    'secret-files': inputs['secret-files'].map(pair => absolutePair(pair, cwd)),
    'secret-specs': inputs['secret-specs'].map(spec => absoluteSource(spec, cwd)),
  };
}

function absolutePair(pair: string, cwd: string): string {
  const equals = pair.indexOf('=');
  return equals < 0 ? pair : `${pair.slice(0, equals + 1)}${resolve(cwd, pair.slice(equals + 1))}`;
}

function absoluteSource(spec: string, cwd: string): string {
  return spec.replace(
    /(^|,)(src|source)=([^,]+)/,
    (_all, comma: string, key: string, path: string) => `${comma}${key}=${resolve(cwd, path)}`,
  );
}

interface BaseLocation {
  /** Working directory, relative to the top of the worktree. */
  readonly cwd: string;
  /** Paths that were absolute, made relative to that directory. */
  readonly inputs: Partial<BuildInputs>;
}

/** Where the same build stands in a checkout elsewhere; null when its context or Dockerfile lies outside. */
function locationOf(inputs: BuildInputs, top: string, cwd: string): BaseLocation | null {
  if (isRemoteContext(inputs.context)) return null;
  const here = relative(top, cwd);
  if (isOutside(here)) return null;
  const context = relative(cwd, resolve(cwd, inputs.context)) || '.';
  const file = inputs.file === '' ? '' : relative(cwd, resolve(cwd, inputs.file));
  for (const path of [context, file]) {
    if (isOutside(relative(top, resolve(cwd, path)))) return null;
  }
  return { cwd: here, inputs: { context, file } };
}

function isOutside(path: string): boolean {
  return path === '..' || path.startsWith('../') || isAbsolute(path);
}

function reasonOf(error: DeadweightError, commit: string): [code: string, message: string] {
  const sha = commit.slice(0, 7);
  // Without its context there is no Dockerfile in it either.
  if (error.code === 'dockerfile-missing' || error.code === 'input-missing') {
    return [
      'base-has-no-dockerfile',
      `There is no comparison: the base ${sha} has no such Dockerfile. This is its first image.`,
    ];
  }
  if (error.code === 'build-failed') {
    return [
      'base-does-not-build',
      `There is no comparison: the base ${sha} does not build. ${error.message}`,
    ];
  }
  return [
    'base-unavailable',
    `There is no comparison: the base ${sha} could not be weighed. ${error.message}`,
  ];
}

function absent(code: string, message: string): { readonly absence: Notice } {
  return { absence: { code, message } };
}

function without(code: string, message: string): BaseSide {
  return { side: null, ...absent(code, message) };
}
