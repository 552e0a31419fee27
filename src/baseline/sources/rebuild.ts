import { isAbsolute, join, relative, resolve } from 'node:path';
import { shortCommit } from '../../base/commit.ts';
import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { type BuildInputs, withoutOutputs } from '../../build/build-inputs.ts';
import { isRemoteContext } from '../../build/dockerfile-source.ts';
import { createSnapshot } from '../../compare/snapshot-of.ts';
import type { BaselineCommit } from '../baseline-commit.ts';
import {
  absentBaselines,
  type BaselineContext,
  type BaselineHead,
  type BaselineSource,
  type FoundBaseline,
  type FoundBaselines,
  type HeadBuild,
  type WeighedBuild,
} from '../baseline-source.ts';
import { withWorktree } from '../git/worktree.ts';

/**
 * Builds the commit in a worktree beside the head, with the head's builder, cache and FROM images: what did not change
 * stays identical. What goes wrong there is a reason, never an error.
 */
export function rebuildSource(
  wanted: BaselineCommit,
  { inputs, build }: HeadBuild,
  { cwd, temporaryDir }: Pick<BaselineContext, 'cwd' | 'temporaryDir'>,
): BaselineSource {
  const { repository, commit } = wanted;
  const title = `Build the base ${shortCommit(commit)}`;
  return {
    async find(heads) {
      const relocated = relocateInputs(inputs, repository.directory, cwd);
      if (relocated === null) return absentBaselines(heads, CONTEXT_ELSEWHERE);
      try {
        return await withWorktree(repository, commit, temporaryDir, async ({ directory, notices }) => {
          const rebuilt = await build(relocated.inputs, join(directory, relocated.cwd), title);
          return matchHeads(rebuilt, heads, wanted, notices);
        });
      } catch (error) {
        if (!(error instanceof DeadweightError)) throw error;
        return absentBaselines(heads, explainFailure(error, shortCommit(commit)));
      }
    },
  };
}

function matchHeads(
  rebuilt: WeighedBuild,
  heads: readonly BaselineHead[],
  wanted: BaselineCommit,
  notices: readonly Notice[],
): FoundBaselines {
  const weighed = rebuilt.analyses.map(analysis => ({
    snapshot: createSnapshot(analysis, wanted.commit),
    scans: analysis.scans,
  }));
  const explanation = `${wanted.explanation} It was built here with the same builder.`;
  const baselines = heads.map(({ snapshot: { platform } }): FoundBaseline => {
    const found = weighed.find(({ snapshot }) => snapshot.platform === platform);
    return found ? { ...found, explanation, notices } : { absence: lacksPlatform(platform), notices };
  });
  return { baselines, rebuilt };
}

const CONTEXT_ELSEWHERE: Notice = {
  code: 'base-context-elsewhere',
  message: 'There is no comparison: the build context is not part of the repository.',
};

function lacksPlatform(platform: string): Notice {
  return {
    code: 'base-lacks-platform',
    message: `There is no comparison: the base was not built for ${platform}.`,
  };
}

function explainFailure({ code, message }: DeadweightError, short: string): Notice {
  // Without its context there is no Dockerfile in it either.
  if (code === 'dockerfile-missing' || code === 'input-missing') {
    return {
      code: 'base-has-no-dockerfile',
      message: `There is no comparison: the base ${short} has no such Dockerfile. This is its first image.`,
    };
  }
  if (code === 'build-failed') {
    return {
      code: 'base-does-not-build',
      message: `There is no comparison: the base ${short} does not build. ${message}`,
    };
  }
  return {
    code: 'base-unavailable',
    message: `There is no comparison: the base ${short} could not be weighed. ${message}`,
  };
}

/** A build of the head, made fit for another checkout of its repository. */
interface RelocatedInputs {
  /** Working directory, relative to the top of the checkout. */
  readonly cwd: string;
  readonly inputs: BuildInputs;
}

/**
 * Context and Dockerfile are those of the other checkout. Secrets and keys stay where the head has them: they are
 * rarely in the repository. Nothing is exported.
 * @param top of the head's checkout
 * @returns null when the context or the Dockerfile lies outside of it
 */
function relocateInputs(inputs: BuildInputs, top: string, cwd: string): RelocatedInputs | null {
  if (isRemoteContext(inputs.context)) return null;
  const here = relative(top, cwd);
  if (isOutside(here)) return null;
  const context = relative(cwd, resolve(cwd, inputs.context)) || '.';
  const file = inputs.file === '' ? '' : relative(cwd, resolve(cwd, inputs.file));
  for (const path of [context, file]) {
    if (isOutside(relative(top, resolve(cwd, path)))) return null;
  }
  return {
    cwd: here,
    inputs: {
      ...withoutOutputs(inputs),
      'secret-files': inputs['secret-files'].map(pair => resolvePair(pair, cwd)),
      'secret-specs': inputs['secret-specs'].map(spec => resolveSource(spec, cwd)),
      context,
      file,
    },
  };
}

function isOutside(path: string): boolean {
  return path === '..' || path.startsWith('../') || isAbsolute(path);
}

/** `id=path` */
function resolvePair(pair: string, cwd: string): string {
  const equals = pair.indexOf('=');
  return equals < 0 ? pair : `${pair.slice(0, equals + 1)}${resolve(cwd, pair.slice(equals + 1))}`;
}

/** `id=…,src=path` */
function resolveSource(spec: string, cwd: string): string {
  return spec.replace(
    /(^|,)(src|source)=([^,]+)/,
    (_all, comma: string, key: string, path: string) => `${comma}${key}=${resolve(cwd, path)}`,
  );
}
