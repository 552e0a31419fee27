import { isCommitId, shortCommit } from '../base/commit.ts';
import { DeadweightError } from '../base/errors.ts';
import type { Notice, NoticeCode } from '../base/notice.ts';
import type { GitBuildContext } from '../build/git-context.ts';
import type { CommitRequest, PullRequestCommits } from './baseline-request.ts';
import { behindNotice } from './git/behind-baseline.ts';
import { GitRepository, type RepositoryContext } from './git/repository.ts';
import { findTagBefore } from './git/tag-before.ts';

/** A commit that was chosen as the baseline. */
export interface BaselineCommit extends ChosenCommit {
  readonly repository: GitRepository;
  /** Where BuildKit fetches it from; null where its files are made here. */
  readonly gitContext: GitBuildContext | null;
  /** What is not known of the choice. */
  readonly notices: readonly Notice[];
}

/**
 * Chooses the commit of a clone on this machine.
 * @param folder in the clone
 * @throws DeadweightError `git-ref-unknown`, `git-failed` for an explicit ref
 */
export async function findClonedCommit(
  request: CommitRequest,
  context: RepositoryContext,
  folder: string,
): Promise<BaselineCommit | NoCommit> {
  // Nobody expects a checkout where nothing is compared.
  if (request.kind === 'none') return noCommit('base-not-asked', request.why);
  try {
    const upstream = request.kind === 'pull-request' ? request.repositoryUrl : null;
    const repository = await GitRepository.open(context, folder, upstream);
    const choice = await chooseBaselineCommit(request, repository);
    if ('absence' in choice) return choice;
    const behind =
      request.kind === 'explicit' ? await behindNotice(repository, request.ref, choice.commit) : null;
    return { ...choice, repository, gitContext: null, notices: behind === null ? [] : [behind] };
  } catch (error) {
    if (request.kind === 'explicit' || !(error instanceof DeadweightError)) throw error;
    return noCommit('base-unavailable', `There is no comparison: ${error.sentence}`);
  }
}

interface ChosenCommit {
  /** Its full id. */
  readonly commit: string;
  /** One sentence with the commit: how it was chosen. */
  readonly explanation: string;
}

export interface NoCommit {
  /** Why there is nothing to compare with. */
  readonly absence: Notice;
}

/** What choosing needs of a clone. */
export type CommitHistory = Pick<
  GitRepository,
  'head' | 'parents' | 'resolveCommit' | 'mergeBase' | 'fetchBranch' | 'listTags'
>;

/**
 * The commit to compare with, by what is really checked out: when it is a merge commit of the pull request,
 * what the pull request changes is the difference from its first parent; when it is the head of the pull request,
 * from where it left the base branch. The tip of the base branch would add other people's changes.
 * The commit may have to be fetched before it is used.
 * @throws DeadweightError `git-ref-unknown` for an explicit ref that names nothing. What an event names and the
 * clone cannot give is a reason, not an error.
 */
export async function chooseBaselineCommit(
  request: CommitRequest,
  repository: CommitHistory,
): Promise<ChosenCommit | NoCommit> {
  switch (request.kind) {
    case 'explicit': {
      const commit = await repository.resolveCommit(request.ref);
      const named = commit.startsWith(request.ref) ? 'as requested' : `named by ${request.ref}`;
      return choice(commit, named);
    }
    case 'pull-request':
      return chooseForPullRequest(request, repository);
    case 'push':
      return request.before === null || !isCommitId(request.before) || /^0+$/.test(request.before)
        ? noCommit(
            'base-branch-new',
            'There is no comparison: this push made the branch, so nothing came before it.',
          )
        : choice(request.before, 'the tip of the branch before this push');
    case 'tag':
      return chooseForTag(request.tag, request.before, repository);
    case 'merge-group':
      return isCommitId(request.baseSha)
        ? choice(request.baseSha, 'what the merge queue adds this group to')
        : noCommit('base-unknown', 'There is no comparison: the merge group names no base commit.');
    case 'none':
      return noCommit('base-not-asked', request.why);
  }
}

async function chooseForTag(
  tag: string,
  moved: string | null,
  repository: CommitHistory,
): Promise<ChosenCommit | NoCommit> {
  if (moved !== null) return choice(moved, `what the tag ${tag} named before this push`);
  const tags = await repository.listTags();
  const before = findTagBefore(tag, tags.keys());
  const commit = before === null ? undefined : tags.get(before);
  return commit === undefined
    ? noCommit('base-tag-missing', `There is no comparison: no tag comes before ${tag}.`)
    : choice(commit, `the tag ${before} before ${tag}`);
}

async function chooseForPullRequest(
  request: PullRequestCommits,
  repository: CommitHistory,
): Promise<ChosenCommit | NoCommit> {
  const head = await repository.head();
  const [first, second] = await repository.parents(head);
  const merges = second !== undefined && (second === request.headSha || head === request.mergeSha);
  if (first !== undefined && merges && head !== request.headSha) {
    return choice(first, `the first parent of the merge commit ${shortCommit(head)}`);
  }
  return chooseForkPoint(request, request.isHeadImage ? request.headSha : head, repository);
}

async function chooseForkPoint(
  request: PullRequestCommits,
  head: string,
  repository: CommitHistory,
): Promise<ChosenCommit | NoCommit> {
  try {
    const commit = await repository.mergeBase(await fetchTip(request, repository), head);
    if (commit === null) {
      return noCommit(
        'base-unrelated',
        `There is no comparison: ${shortCommit(head)} and ${request.baseRef} have no commit in common.`,
      );
    }
    if (commit === head) {
      return noCommit(
        'base-is-head',
        `There is no comparison: ${shortCommit(head)}${request.isHeadImage ? '' : ', which is checked out,'} is in ${request.baseRef} already.`,
      );
    }
    return choice(commit, `where ${shortCommit(head)} left ${request.baseRef}`);
  } catch (error) {
    if (!(error instanceof DeadweightError)) throw error;
    return noCommit(
      'base-unreachable',
      `There is no comparison: the commit where ${shortCommit(head)} left ${request.baseRef} is unknown. ${error.sentence}`,
    );
  }
}

/** The branch as it is now may have been merged into the head; what the event names may be older than that. */
async function fetchTip(request: PullRequestCommits, repository: CommitHistory): Promise<string> {
  try {
    return await repository.fetchBranch(request.baseRef);
  } catch (error) {
    if (!(error instanceof DeadweightError)) throw error;
    return request.baseSha;
  }
}

function choice(commit: string, how: string): ChosenCommit {
  return { commit, explanation: `The base is ${shortCommit(commit)}, ${how}.` };
}

export function noCommit(code: NoticeCode, message: string): NoCommit {
  return { absence: { code, message } };
}
