import { join } from 'node:path';
import { shortCommit } from '../../base/commit.ts';
import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { quote } from '../../base/untrusted-text.ts';
import { type BuildInputs, withoutOutputs } from '../../build/build-inputs.ts';
import { contextAt } from '../../build/git-context.ts';
import { createSnapshot, sourcesOf } from '../../compare/snapshot-of.ts';
import { ownIgnoreFile } from '../../dockerfile/ignore-file.ts';
import type { BaselineCommit } from '../baseline-commit.ts';
import {
  absentBaselines,
  type BaselineContext,
  type BaselineHead,
  type BaselineSource,
  type BuiltTree,
  type FoundBaseline,
  type FoundBaselines,
  type HeadBuild,
  type WeighedBuild,
} from '../baseline-source.ts';
import { type BaselineTree, type TreeRequest, withBaselineTree } from '../git/baseline-tree.ts';
import { gitInBuildNotice } from '../git-in-build.ts';
import { type RelocatedBuild, relocateBuild, withOldPlaces } from '../relocated-build.ts';
import { uncommittedNotice } from '../uncommitted-files.ts';

/**
 * Builds the commit in a tree beside the head, with the head's surroundings, builder, cache and FROM images: what did not
 * change stays identical. What goes wrong there is a reason, never an error.
 */
export function rebuildSource(
  wanted: BaselineCommit,
  { inputs, prepare, build }: HeadBuild,
  { cwd, temporaryDir }: Pick<BaselineContext, 'cwd' | 'temporaryDir'>,
): BaselineSource {
  const short = shortCommit(wanted.commit);
  const side = { ...wanted, target: inputs.target };
  const rebuild = async (heads: readonly BaselineHead[]): Promise<FoundBaselines> => {
    const { repository, commit, gitContext } = wanted;
    const title = `Build the base ${short}`;
    if (gitContext !== null) {
      const remote = { ...withoutOutputs(inputs), context: contextAt(gitContext, commit) };
      const rebuilt = await build(remote, { cwd, top: cwd }, title);
      return matchHeads(rebuilt, heads, side, { notices: [], uncommitted: [] });
    }
    const relocated = await relocateBuild(inputs, repository.directory, cwd);
    if (relocated === null) return absentBaselines(heads, CONTEXT_ELSEWHERE);
    const placeIn = (directory: string): BuiltTree => ({
      cwd: join(directory, relocated.cwd),
      top: join(directory, relocated.at),
    });
    const request = {
      commit,
      ...relocated,
      prepare: prepare && (directory => prepare(placeIn(directory), `Prepare the base ${short}`)),
    } satisfies TreeRequest;
    return withBaselineTree(repository, request, temporaryDir, async tree => {
      const rebuilt = await build(inputsIn(tree, relocated), placeIn(tree.directory), title);
      return matchHeads(rebuilt, heads, side, tree);
    });
  };
  return {
    find: heads =>
      rebuild(heads).catch((error: unknown) => {
        if (error instanceof DeadweightError) return absentBaselines(heads, explainFailure(error, short));
        throw error;
      }),
  };
}

function inputsIn({ oldPlaces }: BaselineTree, relocated: RelocatedBuild): BuildInputs {
  return oldPlaces === null ? relocated.inputs : withOldPlaces(relocated, oldPlaces);
}

function matchHeads(
  rebuilt: WeighedBuild,
  heads: readonly BaselineHead[],
  {
    commit,
    explanation: chosen,
    target,
  }: Pick<BaselineCommit, 'commit' | 'explanation'> & Pick<BuildInputs, 'target'>,
  { notices, uncommitted }: Pick<BaselineTree, 'notices' | 'uncommitted'>,
): FoundBaselines {
  const gitInBuild = gitInBuildNotice(uncommitted, rebuilt.build.steps);
  const sources = sourcesOf(rebuilt.build, target);
  const { dockerfile, ignoreFile } = rebuilt.build;
  const ownIgnore = dockerfile === null ? null : ownIgnoreFile(dockerfile.file, ignoreFile);
  const sides = rebuilt.analyses.map(analysis => {
    const snapshot = createSnapshot(analysis, commit, sources);
    const head = heads.find(each => each.snapshot.platform === snapshot.platform)?.analysis ?? null;
    const ofFiles = uncommittedNotice(uncommitted, analysis, head, ownIgnore);
    return {
      snapshot,
      scans: analysis.scans,
      notices: [...notices, ofFiles, gitInBuild].filter(each => each !== null),
    };
  });
  const explanation = `${chosen} It was built here with the same builder.`;
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

/** Of the output of a command that failed. */
const MAX_LINES = 3;

function explainFailure(error: DeadweightError, short: string): Notice {
  const { code, message, sentence, excerpt, cause } = error;
  // Without its context there is no Dockerfile in it either. One that cannot be read is there.
  if ((code === 'dockerfile-missing' && cause === undefined) || code === 'input-missing') {
    return {
      code: 'base-has-no-dockerfile',
      message: `There is no comparison: the base ${short} has no such Dockerfile. This is its first image.`,
    };
  }
  if (code === 'prepare-failed') {
    const lines = excerpt.filter(line => line.trim() !== '').slice(-MAX_LINES);
    const last = lines.length === 0 ? '' : ` It ended with ${lines.map(line => quote(line)).join(', ')}.`;
    return {
      code: 'base-not-prepared',
      message: `There is no comparison: the base ${short} could not be prepared. ${message}${last}`,
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
