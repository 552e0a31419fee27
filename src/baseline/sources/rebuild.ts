import { join } from 'node:path';
import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { createSnapshot } from '../../compare/snapshot-of.ts';
import type { BaselineCommit } from '../baseline-commit.ts';
import {
  allAbsent,
  type BaselineContext,
  type BaselineHead,
  type BaselineSource,
  type FoundBaseline,
  type FoundBaselines,
  type HeadBuild,
  type WeighedBuild,
} from '../baseline-source.ts';
import { shortCommit } from '../git/commit.ts';
import { withWorktree } from '../git/worktree.ts';
import { relocateInputs } from './relocated-inputs.ts';

/**
 * Builds the commit in a worktree beside the head, with the head's builder, cache and FROM images: what did not change
 * stays identical. What goes wrong there is a reason, never an error.
 */
export function rebuiltBaseline(
  wanted: BaselineCommit,
  { inputs, build }: HeadBuild,
  { cwd, temporaryDir }: Pick<BaselineContext, 'cwd' | 'temporaryDir'>,
): BaselineSource {
  const { repository, commit } = wanted;
  const title = `Build the base ${shortCommit(commit)}`;
  return {
    async find(heads) {
      const relocated = relocateInputs(inputs, repository.directory, cwd);
      if (relocated === null) return allAbsent(heads, CONTEXT_ELSEWHERE);
      try {
        return await withWorktree(repository, commit, temporaryDir, async ({ directory, notices }) => {
          const rebuilt = await build(relocated.inputs, join(directory, relocated.cwd), title);
          return foundIn(rebuilt, heads, wanted, notices);
        });
      } catch (error) {
        if (!(error instanceof DeadweightError)) throw error;
        return allAbsent(heads, failureOf(error, shortCommit(commit)));
      }
    },
  };
}

function foundIn(
  rebuilt: WeighedBuild,
  heads: readonly BaselineHead[],
  wanted: BaselineCommit,
  notices: readonly Notice[],
): FoundBaselines {
  const snapshots = rebuilt.analyses.map(analysis => createSnapshot(analysis, wanted.commit));
  const explanation = `${wanted.explanation} It was built here with the same builder.`;
  const baselines = heads.map(({ snapshot: { platform } }): FoundBaseline => {
    const snapshot = snapshots.find(each => each.platform === platform);
    return snapshot ? { snapshot, explanation, notices } : { absence: lacksPlatform(platform), notices };
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

function failureOf({ code, message }: DeadweightError, short: string): Notice {
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
