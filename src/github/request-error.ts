import { withoutCredentials } from '../base/credentials.ts';
import type { Clock } from '../base/effects.ts';
import { DeadweightError, messageOf } from '../base/errors.ts';
import { type RetryAdvice, retryAfter } from '../base/retry.ts';
import { UnreadableAnswer } from './octokit-answer.ts';

/** The cause of a request that nobody made: there is no token to ask with. */
export const NO_TOKEN = new Error('the input github-token is empty');

/** GitHub refused a request, could not be reached or answered what cannot be read; or nobody could ask. */
export class GitHubRequestError extends DeadweightError {
  /** HTTP status of the refusal; null when there was none. */
  readonly status: number | null;
  /** GitHub limits how much a token may ask: later it may. */
  readonly isLimit: boolean;

  /** @param token that was sent: a proxy may repeat a request with its headers */
  constructor(status: number | null, what: string, cause: unknown, token = '') {
    const said = withoutToken(messageOf(cause), token)
      .replace(/ - https?:\/\/\S+$/, '')
      .slice(0, 300);
    super('github-request-failed', { ...wordsFor(status, what, cause, said), cause });
    this.name = 'GitHubRequestError';
    this.status = status;
    this.isLimit = isRateLimit(cause);
  }
}

/** @param said of the cause, without secrets */
function wordsFor(
  status: number | null,
  what: string,
  cause: unknown,
  said: string,
): { readonly message: string; readonly remedy: string } {
  if (cause === NO_TOKEN) {
    return {
      message: `GitHub was not asked to ${what}: ${said}.`,
      remedy: 'Give it a token that may write to pull requests; the default, `github.token`, is one.',
    };
  }
  if (cause instanceof UnreadableAnswer) {
    return {
      message: `GitHub did not ${what}: its answer cannot be read (${said}).`,
      remedy:
        'Run the job again; if the error lasts, check whether a proxy answers in place of GitHub, and see https://www.githubstatus.com.',
    };
  }
  const outcome = status === null ? 'no answer' : `status ${status}`;
  return { message: `GitHub did not ${what}: ${outcome} (${said}).`, remedy: remedyFor(status, said) };
}

function withoutToken(text: string, token: string): string {
  return withoutCredentials(token === '' ? text : text.replaceAll(token, '***'));
}

function remedyFor(status: number | null, said: string): string {
  if (status === 401) {
    return 'Give the action a token that is valid; the default, `github.token`, is.';
  }
  if (status === 429 || /rate limit/i.test(said)) {
    return 'Run the job again later: GitHub limits how much a token may ask.';
  }
  if (status === 403) {
    return 'Add `permissions: pull-requests: write` to the job; the tokens of pull requests from forks and of Dependabot are always read-only, so post their report from a `workflow_run` workflow.';
  }
  if (status === 404) {
    return 'Check that the pull request exists and that the token can read this repository (`permissions: pull-requests: write`).';
  }
  if (status === 410 || /locked/i.test(said)) return 'Unlock the conversation to have the comment.';
  if (status === 422) return 'Report it with this message: it is a bug of Deadweight.';
  return 'Run the job again; see https://www.githubstatus.com if the error lasts.';
}

/** What Octokit tells of a request that failed. */
interface FailedRequest {
  /** null when there was no answer. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

/** Reads Octokit's RequestError, which says status 500 where there was no answer; null when the error is another one. */
export function readFailure(error: unknown): FailedRequest | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  const response = 'response' in error ? error.response : undefined;
  if (typeof response !== 'object' || response === null) return { status: null, headers: {} };
  const headers = 'headers' in response ? response.headers : undefined;
  return { status: error.status, headers: isRecord(headers) ? headers : {} };
}

function isRecord(value: unknown): value is Readonly<Record<string, string | number | undefined>> {
  return typeof value === 'object' && value !== null;
}

/** What GitHub asks for when a secondary rate limit names no time. Milliseconds; it doubles with each attempt. */
const SECONDARY_WAIT = 60_000;

/** A refusal for the primary or a secondary rate limit; a plain 403 is for a missing permission. */
function isRateLimit(error: unknown): boolean {
  const { status, headers } = readFailure(error) ?? { status: null, headers: {} };
  if (status !== 403) return status === 429;
  const isTold = headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0';
  return isTold || /rate limit/i.test(messageOf(error));
}

/**
 * Whether and when GitHub wants to be asked again.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
export function adviseRetry(error: unknown, attempt: number, clock: Clock): RetryAdvice | null {
  const failed = readFailure(error);
  if (failed === null) return null;
  const { status, headers } = failed;
  if (status === null || status >= 500 || status === 408) return { after: null };
  if (!isRateLimit(error)) return null;
  const asked = retryAfter(headers['retry-after'], clock.now());
  if (asked !== null) return { after: asked };
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining'] === '0') return { after: reset * 1000 - clock.now() };
  return { after: SECONDARY_WAIT * 2 ** (attempt - 1) };
}
