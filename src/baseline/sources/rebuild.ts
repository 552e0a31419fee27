import { join } from 'node:path';
import { shortCommit } from '../../base/commit.ts';
import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
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
import { type BaselineTree, withBaselineTree } from '../git/baseline-tree.ts';
import { type RelocatedBuild, relocateBuild, withOldNames } from '../relocated-build.ts';
import { gitInBuildNotice, uncommittedNotice } from '../uncommitted-files.ts';

/**
 * Builds the commit in a tree beside the head, with the head's surroundings, builder, cache and FROM images: what did not
 * change stays identical. What goes wrong there is a reason, never an error.
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
      const relocated = await relocateBuild(inputs, repository.directory, cwd);
      if (relocated === null) return absentBaselines(heads, CONTEXT_ELSEWHERE);
      try {
        const request = { commit, ...relocated };
        return await withBaselineTree(repository, request, temporaryDir, async tree => {
          const place = { cwd: join(tree.directory, relocated.cwd), top: join(tree.directory, relocated.at) };
          const rebuilt = await build(inputsIn(tree, relocated), place, title);
          return matchHeads(rebuilt, heads, wanted, tree);
        });
      } catch (error) {
        if (!(error instanceof DeadweightError)) throw error;
        return absentBaselines(heads, explainFailure(error, shortCommit(commit)));
      }
    },
  };
}

/** A Dockerfile that was renamed has its old name there. */
function inputsIn({ renamed }: BaselineTree, relocated: RelocatedBuild): BuildInputs {
  return renamed === null ? relocated.inputs : withOldNames(relocated, renamed);
}

function matchHeads(
  rebuilt: WeighedBuild,
  heads: readonly BaselineHead[],
  wanted: BaselineCommit,
  { notices, uncommitted }: BaselineTree,
): FoundBaselines {
  const gitInBuild = gitInBuildNotice(uncommitted, rebuilt.build.steps);
  const sides = rebuilt.analyses.map(analysis => ({
    snapshot: createSnapshot(analysis, wanted.commit),
    scans: analysis.scans,
    notices: [...notices, uncommittedNotice(uncommitted, analysis), gitInBuild].filter(each => each !== null),
  }));
  const explanation = `${wanted.explanation} It was built here with the same builder.`;
  const baselines = heads.map(({ snapshot: { platform } }): FoundBaseline => {
    const side = sides.find(({ snapshot }) => snapshot.platform === platform);
    return side ? { ...side, explanation } : { absence: lacksPlatform(platform), notices };
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

function explainFailure({ code, message, sentence }: DeadweightError, short: string): Notice {
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
    message: `There is no comparison: the base ${short} could not be weighed. ${sentence}`,
  };
}
