import { z } from 'zod';
import { DeadweightError, messageOf } from '../base/errors.ts';
import { ExcessiveJson, parseBoundedJson } from '../base/json-shape.ts';
import { lazy } from '../base/lazy.ts';
import { describeIssue } from '../base/schema-issue.ts';
import { trimEndOf } from '../base/trim.ts';
import type { CommitRequest } from '../baseline/baseline-request.ts';
import {
  commitId,
  type EventDetails,
  formatIssues,
  type PullRequest,
  parseRepository,
  REPOSITORY,
  type Repository,
  readEventDetails,
} from './event-details.ts';

/** What started the workflow run, and where it runs. */
export type GitHubEvent = EventContext & EventDetails;

interface EventContext {
  readonly repository: Repository;
  /** Commit of the event: for `pull_request` the merge commit. */
  readonly sha: string;
  /** `refs/pull/7/merge`, `refs/heads/main`, … */
  readonly ref: string;
  readonly run: {
    readonly id: number;
    /** 1 for the first; a re-run has the same id. */
    readonly attempt: number;
    readonly url: string;
  };
  /** Whether the repository is private; true when the event does not say. */
  readonly privateRepository: boolean;
  readonly serverUrl: string;
  readonly apiUrl: string;
  /** The bot or person that started the run. */
  readonly actor: string;
}

const number = lazy(() => z.coerce.number().int().min(1));
const environment = lazy(() =>
  z.object({
    GITHUB_EVENT_NAME: z.string().min(1),
    GITHUB_REPOSITORY: z.string().regex(REPOSITORY, 'is not owner/name'),
    GITHUB_SHA: commitId(),
    GITHUB_REF: z.string().default(''),
    GITHUB_RUN_ID: number(),
    GITHUB_RUN_ATTEMPT: number().default(1),
    GITHUB_SERVER_URL: z.url({ protocol: /^https?$/ }).default('https://github.com'),
    GITHUB_API_URL: z.url({ protocol: /^https?$/ }).default('https://api.github.com'),
    GITHUB_ACTOR: z.string().default(''),
  }),
);

const repositoryPayload = lazy(() => z.object({ repository: z.object({ private: z.boolean() }) }));

/**
 * The event from GitHub's variables (https://docs.github.com/actions/reference/variables-reference) and the text
 * of the file at GITHUB_EVENT_PATH. Branch names, labels and titles in it are whatever their authors chose.
 * @throws DeadweightError `config-invalid` when the variables are not those of a run, `input-corrupt` when the
 * payload is not that of the event.
 */
export function readEvent(env: Readonly<Record<string, string | undefined>>, payload: string): GitHubEvent {
  const variables = environment().safeParse(pickPresent(env), { error: describeIssue });
  if (!variables.success) {
    throw new DeadweightError('config-invalid', {
      message: `These are not the variables of a workflow run: ${formatIssues(variables.error)}.`,
      remedy: 'Run it in GitHub Actions, or use the command line instead.',
    });
  }
  const data = variables.data;
  const event = parsePayload(payload);
  const repository = parseRepository(data.GITHUB_REPOSITORY);
  const serverUrl = trimEndOf(data.GITHUB_SERVER_URL, '/');
  const id = data.GITHUB_RUN_ID;
  const attempt = data.GITHUB_RUN_ATTEMPT;
  const url = `${serverUrl}/${data.GITHUB_REPOSITORY}/actions/runs/${id}${attempt > 1 ? `/attempts/${attempt}` : ''}`;
  return {
    repository,
    sha: data.GITHUB_SHA,
    ref: data.GITHUB_REF,
    run: { id, attempt, url },
    serverUrl,
    apiUrl: trimEndOf(data.GITHUB_API_URL, '/'),
    actor: data.GITHUB_ACTOR,
    privateRepository: repositoryPayload().safeParse(event).data?.repository.private ?? true,
    ...readEventDetails(data.GITHUB_EVENT_NAME, event, data.GITHUB_REPOSITORY),
  };
}

/** An empty variable is an absent one: that is how workflows unset them. */
function pickPresent(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.keys(environment().shape).flatMap(name => (env[name] ? [[name, env[name]]] : [])),
  );
}

/** The largest payload lists the files of 2,048 commits in 25 MB. */
const MAX_PAYLOAD_VALUES = 4_000_000;

function parsePayload(payload: string): unknown {
  try {
    return parseBoundedJson(payload, MAX_PAYLOAD_VALUES);
  } catch (cause) {
    if (cause instanceof ExcessiveJson) {
      throw new DeadweightError('limit-exceeded', {
        message: `The event's payload ${cause.message}.`,
        remedy: 'Set GITHUB_EVENT_PATH to the file that the runner wrote.',
        cause,
      });
    }
    throw new DeadweightError('input-corrupt', {
      message: `The event's payload is not JSON: ${messageOf(cause)}.`,
      remedy: 'Set GITHUB_EVENT_PATH to the file that the runner wrote.',
      cause,
    });
  }
}

/** The pull request that the event is about; null for an event that does not have it. */
export function pullRequestOf(event: GitHubEvent): PullRequest | null {
  return 'pullRequest' in event ? event.pullRequest : null;
}

/** `GITHUB_EVENT_NAME`. */
export function eventName(event: GitHubEvent): string {
  return event.name === 'other' ? event.event : event.name;
}

/** Whether the run is on an Enterprise Server, which has no artifacts of version 4. */
export function isEnterpriseServer({ serverUrl }: GitHubEvent): boolean {
  return !/^(?:github\.com|.*\.ghe\.com|.*\.localhost)$/i.test(new URL(serverUrl).hostname);
}

/** Address of the repository that the event is of. */
export function repositoryUrlOf({ serverUrl, repository }: GitHubEvent): string {
  return `${serverUrl}/${repository.owner}/${repository.name}`;
}

const TAGS = 'refs/tags/';

/** What an event says about the commit to compare with. */
export function readCommitRequest(event: GitHubEvent): CommitRequest {
  const pullRequest = pullRequestOf(event);
  if (pullRequest !== null) {
    const { number, headSha, baseRef, baseSha } = pullRequest;
    // GITHUB_SHA of pull_request_target is the tip of the base branch: no merge of this pull request
    const mergeSha = event.name === 'pull_request_target' ? null : event.sha;
    const repositoryUrl = repositoryUrlOf(event);
    return { kind: 'pull-request', number, headSha, repositoryUrl, baseRef, baseSha, mergeSha };
  }
  if (event.name === 'merge_group') return { kind: 'merge-group', baseSha: event.baseSha };
  const before = event.name === 'push' ? event.before : null;
  if (event.ref.startsWith(TAGS)) return { kind: 'tag', tag: event.ref.slice(TAGS.length), before };
  if (event.name === 'push') return { kind: 'push', before };
  const name = eventName(event);
  const why = `There is no comparison: ${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name} event names no base. Name a commit with \`against\`, or a pull request with \`pr-number\`.`;
  return { kind: 'none', why };
}
