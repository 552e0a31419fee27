import { shortCommit } from '../base/commit.ts';
import { DeadweightError } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import { type GitBuildContext, isSameRemote } from '../build/git-context.ts';
import {
  type BaselineCommit,
  chooseBaselineCommit,
  findClonedCommit,
  type NoCommit,
  noCommit,
} from './baseline-commit.ts';
import type { CommitRequest } from './baseline-request.ts';
import { lastWords } from './git/git.ts';
import { RemoteRepository } from './git/remote-repository.ts';
import type { RepositoryContext } from './git/repository.ts';

/** A context of git, and what the run knows of its repository. */
export interface RemoteContext extends GitBuildContext {
  /** Address of the repository whose event started the run; null at a terminal. */
  readonly eventRepository: string | null;
  /** Settings of git with which that repository can be read. */
  readonly settings: Readonly<Record<string, string>>;
}

interface HeadPlace extends RepositoryContext {
  /** In the clone that the head is checked out of. */
  readonly checkoutFolder: string;
  /** What BuildKit fetches the head from; null for a checkout. */
  readonly remoteContext: RemoteContext | null;
}

/**
 * Chooses the commit before anything is built, so that a wrong ref fails at once.
 * @throws DeadweightError `git-ref-unknown`, `git-failed` for an explicit ref
 */
export async function findBaselineCommit(
  request: CommitRequest,
  context: HeadPlace,
): Promise<BaselineCommit | NoCommit> {
  const { checkoutFolder, remoteContext } = context;
  if (remoteContext === null) return findClonedCommit(request, context, checkoutFolder);
  return findRemoteCommit(request, context, remoteContext);
}

/**
 * Chooses the commit of a context that is on no disk here. Nothing but commits is fetched, and nothing at all where the
 * event or the user names one.
 * @throws DeadweightError `git-ref-unknown`, `git-failed` for an explicit ref
 */
async function findRemoteCommit(
  request: CommitRequest,
  context: RepositoryContext,
  head: RemoteContext,
): Promise<BaselineCommit | NoCommit> {
  if (request.kind === 'none') return noCommit('base-not-asked', request.why);
  const gitContext = baselineContext(request, head);
  if (gitContext === null) return ELSEWHERE;
  const repository = await RemoteRepository.openRemote(context, {
    ...gitContext,
    settings: settingsOf(head, gitContext),
  });
  try {
    const choice = await chooseBaselineCommit(request, repository);
    return 'absence' in choice ? choice : { ...choice, repository, gitContext, notices: [] };
  } catch (error) {
    if (!(error instanceof DeadweightError)) throw error;
    const why = error.code === 'git-failed' ? unreadable(error) : error;
    if (request.kind === 'explicit') throw why;
    if (request.kind !== 'pull-request')
      return noCommit('base-unavailable', `There is no comparison: ${why.sentence}`);
    const commit = request.baseSha;
    return {
      commit,
      explanation: `The base is ${shortCommit(commit)}, which the event names.`,
      repository,
      gitContext,
      notices: [ofEvent(commit, request.baseRef, why)],
    };
  }
}

/** @returns null where the context is of another repository, whose commits no event of this one names */
function baselineContext(request: CommitRequest, head: RemoteContext): GitBuildContext | null {
  const { eventRepository, ref, folder, query } = head;
  if (request.kind === 'explicit' || eventRepository === null) return head;
  if (isSameRemote(head.remote, eventRepository)) return head;
  if (request.kind !== 'pull-request' || ref !== request.headSha) return null;
  // The head of a fork, which the repository of the pull request has as well, and its base with it.
  const remote = `${eventRepository}.git`;
  return { address: remote, remote, query, ref, folder };
}

/** What opens the repository of the event is shown to no other. */
function settingsOf(
  { eventRepository, settings }: RemoteContext,
  { remote }: GitBuildContext,
): RemoteContext['settings'] {
  return eventRepository !== null && isSameRemote(remote, eventRepository) ? settings : {};
}

const ELSEWHERE = noCommit(
  'base-context-elsewhere',
  'There is no comparison: the build context is another repository than that of the event.',
);

function unreadable(error: DeadweightError): DeadweightError {
  const words = lastWords(error.excerpt.join('\n')) || error.message.replace(/\.$/, '');
  return new DeadweightError('git-failed', {
    message: `The commits of the build context could not be read (${words}).`,
    remedy: 'Let git read that repository here, or name a full commit id with `against`.',
    cause: error,
  });
}

function ofEvent(commit: string, branch: string, why: DeadweightError): Notice {
  return {
    code: 'base-of-event',
    message: `The base is ${shortCommit(commit)}, a tip of ${branch} that the event names, and what others changed there since may be counted. ${why.sentence}`,
  };
}
