import { z } from 'zod';
import { isCommitId } from '../base/commit.ts';
import { DeadweightError } from '../base/errors.ts';
import { lazy } from '../base/lazy.ts';
import { describeIssue, issuePath } from '../base/schema-issue.ts';

/** What the events have of their own: https://docs.github.com/webhooks/webhook-events-and-payloads */
export type EventDetails =
  | {
      readonly name: PullRequestEventName;
      readonly action: string;
      readonly pullRequest: PullRequest;
    }
  | {
      readonly name: 'push';
      /** Tip before the push; null when the push made the branch. */
      readonly before: string | null;
      readonly forced: boolean;
      /** The commit that was pushed last; null where the push removed the branch, or the payload does not tell. */
      readonly headCommit: HeadCommit | null;
      /** Null where the payload does not tell. */
      readonly defaultBranch: string | null;
      /** By GitHub's clock; the same when the run is repeated. Milliseconds since the epoch; null where the payload does not tell. */
      readonly pushedAt: number | null;
    }
  | { readonly name: 'merge_group'; readonly baseSha: string; readonly baseRef: string }
  | {
      readonly name: 'workflow_run';
      /** The run that ended and started this one. */
      readonly runId: number;
      /** 1 for the first. */
      readonly attempt: number;
      readonly event: string;
      readonly conclusion: string | null;
      readonly headSha: string;
      readonly headBranch: string | null;
      /** Null when the fork was deleted. */
      readonly headRepository: Repository | null;
      /** Empty for pull requests of forks: look them up by the head. */
      readonly pullRequests: readonly number[];
    }
  | {
      readonly name: 'issue_comment';
      /** Of the pull request; null where an issue has the comment. */
      readonly pullRequestNumber: number | null;
    }
  | { readonly name: 'workflow_dispatch'; readonly inputs: Readonly<Record<string, string>> }
  | { readonly name: 'schedule' }
  /** any other event: nothing is known but the commit */
  | { readonly name: 'other'; readonly event: string };

/** A commit as the payload of a push has it. */
export interface HeadCommit {
  readonly id: string;
  readonly message: string;
}

const PULL_REQUEST_EVENTS = [
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_target',
] as const;

/** The events whose payload has the pull request. */
type PullRequestEventName = (typeof PULL_REQUEST_EVENTS)[number];

export interface Repository {
  readonly owner: string;
  readonly name: string;
}

/** GitHub compares names without case. */
export function isSameRepository(one: Repository, other: Repository): boolean {
  const fullName = ({ owner, name }: Repository): string => `${owner}/${name}`.toLowerCase();
  return fullName(one) === fullName(other);
}

/** `owner/name`, as GitHub allows them. */
export const REPOSITORY = /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/;

export const commitId = lazy(() => z.string().refine(isCommitId, 'is not a commit'));

export function parseRepository(fullName: string): Repository {
  const [owner = '', name = ''] = fullName.split('/');
  return { owner, name };
}

/** The first of what is wrong, in one line. */
export function formatIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(issue => `${issuePath(issue.path) || 'it'} ${issue.message}`)
    .join('; ');
}

/** The pull request of an event. */
export interface PullRequest {
  readonly number: number;
  readonly headSha: string;
  readonly headRef: string;
  readonly baseSha: string;
  readonly baseRef: string;
  /** Its branch is in another repository, or in one that was deleted: the token is read-only. */
  readonly fromFork: boolean;
  readonly labels: readonly string[];
  readonly author: string;
  /** Opened by Dependabot, whose runs get a read-only token and no secrets, whatever the repository. */
  readonly isDependabot: boolean;
}

/** https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request */
const pullRequestPayload = lazy(() =>
  z.object({
    number: z.int().min(1),
    head: z.object({
      sha: commitId(),
      ref: z.string(),
      repo: z.object({ full_name: z.string() }).nullish(),
    }),
    base: z.object({ sha: commitId(), ref: z.string() }),
    labels: z.array(z.object({ name: z.string() })).nullish(),
    /** null: the author's account was deleted */
    user: z.object({ login: z.string() }).nullish(),
  }),
);

/** @param repository `owner/name` of the base */
function readPullRequest(
  payload: z.infer<ReturnType<typeof pullRequestPayload>>,
  repository: string,
): PullRequest {
  const author = payload.user?.login ?? '';
  const head = payload.head.repo ? parseRepository(payload.head.repo.full_name) : null;
  return {
    number: payload.number,
    headSha: payload.head.sha,
    headRef: payload.head.ref,
    baseSha: payload.base.sha,
    baseRef: payload.base.ref,
    fromFork: head === null || !isSameRepository(head, parseRepository(repository)),
    labels: (payload.labels ?? []).map(({ name }) => name),
    author,
    isDependabot: author === 'dependabot[bot]',
  };
}

const pullRequestEvent = lazy(() => z.object({ action: z.string(), pull_request: pullRequestPayload() }));
/** Seconds since the epoch in payloads of pushes, and a date in all others. */
const pushTime = lazy(() =>
  z
    .union([z.int().min(0).max(MAX_SECONDS), z.iso.datetime({ offset: true })])
    .nullish()
    .catch(null),
);
/** The last that a date can be. */
const MAX_SECONDS = 8_640_000_000_000;
const push = lazy(() =>
  z.object({
    before: z.string().optional(),
    forced: z.boolean().optional(),
    head_commit: z.object({ id: commitId(), message: z.string() }).nullish().catch(null),
    repository: z.object({ default_branch: z.string(), pushed_at: pushTime() }).nullish().catch(null),
  }),
);
const mergeGroup = lazy(() =>
  z.object({ merge_group: z.object({ base_sha: commitId(), base_ref: z.string() }) }),
);
const input = lazy(() => z.union([z.string(), z.number(), z.boolean(), z.null()]));
const dispatch = lazy(() => z.object({ inputs: z.record(z.string(), input()).nullish() }));
/** An issue that is a pull request has a link to it. */
const issueComment = lazy(() =>
  z.object({
    issue: z.object({ number: z.int().min(1), pull_request: z.object({}).nullish() }),
  }),
);
const workflowRun = lazy(() =>
  z.object({
    workflow_run: z.object({
      id: z.int(),
      run_attempt: z.int().min(1).nullish(),
      event: z.string(),
      conclusion: z.string().nullish(),
      head_sha: commitId(),
      head_branch: z.string().nullish(),
      head_repository: z.object({ full_name: z.string().regex(REPOSITORY) }).nullish(),
      pull_requests: z.array(z.object({ number: z.int().min(1) })).nullish(),
    }),
  }),
);

/**
 * What the payload of an event tells.
 * @param repository `owner/name`
 * @throws DeadweightError `input-corrupt` when the payload is not that of the event.
 */
export function readEventDetails(name: string, payload: unknown, repository: string): EventDetails {
  const ofPullRequest = PULL_REQUEST_EVENTS.find(each => each === name);
  if (ofPullRequest !== undefined) {
    const event = checkPayload(name, pullRequestEvent(), payload);
    const pullRequest = readPullRequest(event.pull_request, repository);
    return { name: ofPullRequest, action: event.action, pullRequest };
  }
  switch (name) {
    case 'push': {
      const { before, forced, ...more } = checkPayload(name, push(), payload);
      const defaultBranch = more.repository?.default_branch ?? null;
      const known = commitId().safeParse(before).success && before !== undefined && !/^0+$/.test(before);
      return {
        name,
        before: known ? before : null,
        forced: forced ?? false,
        headCommit: more.head_commit ?? null,
        defaultBranch,
        pushedAt: readPushTime(more.repository?.pushed_at ?? null),
      };
    }
    case 'merge_group': {
      const group = checkPayload(name, mergeGroup(), payload).merge_group;
      return { name, baseSha: group.base_sha, baseRef: group.base_ref.replace(/^refs\/heads\//, '') };
    }
    case 'workflow_run':
      return readWorkflowRun(checkPayload(name, workflowRun(), payload).workflow_run);
    case 'issue_comment': {
      const { issue } = checkPayload(name, issueComment(), payload);
      return { name, pullRequestNumber: issue.pull_request ? issue.number : null };
    }
    case 'workflow_dispatch': {
      const inputs = Object.entries(checkPayload(name, dispatch(), payload).inputs ?? {});
      return { name, inputs: Object.fromEntries(inputs.map(([key, value]) => [key, String(value ?? '')])) };
    }
    case 'schedule':
      return { name };
    default:
      return { name: 'other', event: name };
  }
}

function readPushTime(time: number | string | null): number | null {
  return typeof time === 'string' ? Date.parse(time) : time && time * 1000;
}

function readWorkflowRun(run: z.infer<ReturnType<typeof workflowRun>>['workflow_run']): EventDetails {
  return {
    name: 'workflow_run',
    runId: run.id,
    attempt: run.run_attempt ?? 1,
    event: run.event,
    conclusion: run.conclusion ?? null,
    headSha: run.head_sha,
    headBranch: run.head_branch ?? null,
    headRepository: run.head_repository ? parseRepository(run.head_repository.full_name) : null,
    pullRequests: (run.pull_requests ?? []).map(({ number }) => number),
  };
}

function checkPayload<T>(name: string, schema: z.ZodType<T>, payload: unknown): T {
  const result = schema.safeParse(payload, { error: describeIssue });
  if (result.success) return result.data;
  throw new DeadweightError('input-corrupt', {
    message: `The payload is not that of a ${name} event: ${formatIssues(result.error)}.`,
    remedy: 'Set GITHUB_EVENT_PATH and GITHUB_EVENT_NAME to those of one run.',
  });
}
