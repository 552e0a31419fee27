import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Notice } from '../../base/notice.ts';
import type { Environment } from '../environment.ts';
import { type BaseBuild, type ChosenBase, chooseBaseCommit } from './base-side.ts';
import { automaticBaseline } from './baseline-auto.ts';
import { cachedBaseline } from './baseline-cache.ts';
import { fileBaseline } from './baseline-file.ts';
import { rebuiltBaseline } from './baseline-rebuild.ts';
import { registrySource } from './baseline-registry.ts';
import type { BaselineRequest } from './baseline-request.ts';
import { allAbsent, type BaselineHead, type BaselineSource, type FoundBases } from './baseline-source.ts';

/** What is left to decide once the head is there. `build` is what a base is built with; null when nothing was built. */
export type BaselinePlan = (build: BaseBuild | null) => BaselineSource;

/**
 * Decides what can be decided before anything is built, so that a wrong ref or file is told at once.
 * @throws DeadweightError `git-ref-unknown`, `git-failed` for an explicit ref; `input-missing`, `snapshot-invalid` for
 * a file that is required; `reference-invalid` for an image template
 */
export async function planBaseline(
  request: BaselineRequest,
  environment: Environment,
): Promise<BaselinePlan> {
  if (request.kind === 'file') {
    const source = await fileBaseline(request.paths, request.required, environment.cwd);
    return () => source;
  }
  if (request.kind === 'registry') {
    const source = await registrySource(request, environment);
    return () => source;
  }
  const chosen = await chooseBaseCommit(request.base, environment);
  if ('absence' in chosen) return () => absent(chosen.absence);
  return build => sourceAt(chosen, request, build, environment);
}

type CommitRequest = Extract<BaselineRequest, { readonly kind: 'auto' | 'rebuild' | 'cache' }>;

function sourceAt(
  chosen: ChosenBase,
  request: CommitRequest,
  build: BaseBuild | null,
  environment: Environment,
): BaselineSource {
  const rebuild = build && rebuiltBaseline(chosen, build, environment);
  if (request.kind === 'rebuild') return rebuild ?? absent(NOT_BUILT);
  const cache = environment.snapshotCache;
  if (cache === null) return rebuild ?? absent(NOT_BUILT);
  const near = cachedBaseline(chosen, cache, true);
  if (request.kind === 'cache') return near;
  const exact = cachedBaseline(chosen, cache, false);
  if (!request.builds) return exact;
  if (rebuild === null) return near;
  return automaticBaseline(rebuild, cache.isExpected ? { exact, near } : null);
}

const NOT_BUILT: Notice = {
  code: 'base-not-built',
  message:
    'There is no comparison: an image that was not built here has no base to build. Use the `baseline` cache, registry or file.',
};

function absent(absence: Notice): BaselineSource {
  return { find: async heads => allAbsent(heads, absence) };
}

/** Looks for the base. By now the head is built and weighed: not even our own bug may lose that. */
export async function findBases(
  source: BaselineSource,
  heads: readonly BaselineHead[],
  log: Log,
): Promise<FoundBases> {
  try {
    return await source.find(heads);
  } catch (error) {
    log.debug(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const message = `There is no comparison: looking for the base failed with a bug of Deadweight (${messageOf(error)}). Please report it.`;
    return allAbsent(heads, { code: 'base-unavailable', message });
  }
}
