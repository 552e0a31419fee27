import type { Log } from '../base/effects.ts';
import { messageOf } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import type { BaselineCommit } from './baseline-commit.ts';
import type { BaselineRequest } from './baseline-request.ts';
import {
  absentBaselines,
  absentSource,
  type BaselineContext,
  type BaselineHead,
  type BaselineSource,
  type FoundBaselines,
  type HeadBuild,
  isFound,
} from './baseline-source.ts';
import { headSurroundings } from './head-surroundings.ts';
import { findBaselineCommit } from './remote-commit.ts';
import { automaticSource } from './sources/automatic.ts';
import { cacheSource } from './sources/cache.ts';
import { rebuildSource } from './sources/rebuild.ts';
import { registrySource } from './sources/registry.ts';
import { snapshotFileSource } from './sources/snapshot-file.ts';

/** What is left to decide once the head is there. `build` is how it was built; null when nothing was built. */
export type BaselinePlan = (build: HeadBuild | null) => BaselineSource;

/**
 * Decides what can be decided before anything is built, so that a wrong ref or file fails at once.
 * @throws DeadweightError `git-ref-unknown`, `git-failed` for an explicit ref; `input-missing`, `snapshot-invalid` for
 * a file that is required; `reference-invalid` for an image template
 */
export async function planBaseline(
  request: BaselineRequest,
  context: BaselineContext,
): Promise<BaselinePlan> {
  switch (request.kind) {
    case 'file': {
      const source = await snapshotFileSource(request.paths, request.required, context.cwd);
      return () => source;
    }
    case 'registry': {
      const source = await registrySource(request, context);
      return () => source;
    }
    case 'auto':
    case 'rebuild':
    case 'cache': {
      const found = await findBaselineCommit(request.commit, context);
      if ('absence' in found) return () => absentSource(found.absence);
      return build => withNotices(chooseSource(found, request, build, context), found.notices);
    }
  }
}

function chooseSource(
  commit: BaselineCommit,
  request: Extract<BaselineRequest, { readonly kind: 'auto' | 'rebuild' | 'cache' }>,
  build: HeadBuild | null,
  context: BaselineContext,
): BaselineSource {
  const { snapshotCache } = context;
  const rebuilt = build && rebuildSource(commit, build, context);
  if (request.kind === 'rebuild' || snapshotCache === null) return rebuilt ?? absentSource(NOT_BUILT);
  const surroundings = headSurroundings(commit, build, context);
  const near = cacheSource(commit, snapshotCache, { fallsBack: true, surroundings });
  if (request.kind === 'cache') return near;
  const exact = cacheSource(commit, snapshotCache, { fallsBack: false, surroundings });
  if (!request.builds) return exact;
  if (rebuilt === null) return near;
  return snapshotCache.isExpected ? automaticSource(rebuilt, exact, near, surroundings) : rebuilt;
}

/** What is not known of the commit, told where there is a comparison. */
function withNotices(source: BaselineSource, notices: readonly Notice[]): BaselineSource {
  if (notices.length === 0) return source;
  return {
    async find(heads) {
      const found = await source.find(heads);
      const baselines = found.baselines.map(each =>
        isFound(each) ? { ...each, notices: [...notices, ...each.notices] } : each,
      );
      return { ...found, baselines };
    },
  };
}

const NOT_BUILT: Notice = {
  code: 'base-not-built',
  message:
    'There is no comparison: an image that was not built here has no base to build. Use the `baseline` cache, registry or file.',
};

/** Looks for the baseline. By now the head is built and weighed: not even our own bug may lose that. */
export async function findBaselines(
  source: BaselineSource,
  heads: readonly BaselineHead[],
  log: Log,
): Promise<FoundBaselines> {
  try {
    return await source.find(heads);
  } catch (error) {
    log.debug(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const message = `There is no comparison: looking for the base failed with a bug of Deadweight (${messageOf(error)}). Please report it.`;
    return absentBaselines(heads, { code: 'base-unavailable', message });
  }
}
