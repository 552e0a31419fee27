import { getOctokit } from '@actions/github';
import { z } from 'zod';
import type { Clock } from '../base/effects.ts';
import { messageOf } from '../base/errors.ts';
import { lazy } from '../base/lazy.ts';
import { Retries, type RetryPolicy, retry, type Sleep } from '../base/retry.ts';
import type { Author } from './api.ts';
import type { Repository } from './event-details.ts';
import { checkAnswer, type OctokitAnswer, UnreadableAnswer } from './octokit-answer.ts';
import { adviseRetry, GitHubRequestError, NO_TOKEN, readFailure } from './request-error.ts';

export interface OctokitApiOptions {
  /** Empty where there is none: then every request fails, and none is made. */
  readonly token: string;
  /** GITHUB_API_URL: `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server. */
  readonly apiUrl: string;
  readonly repository: Repository;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Milliseconds that one request may take; 10,000 when absent. */
  readonly timeout?: number;
  /** Times that a request is made; 5 when absent. */
  readonly maxAttempts?: number;
}

/** Enough for one secondary rate limit, which asks for a minute. */
const POLICY: RetryPolicy = { maxAttempts: 5, firstWait: 1000, maxWait: 150_000, maxTotalWait: 150_000 };

/**
 * Milliseconds that all requests may cost which nobody answers, their waits included: what follows fails at once. Waits
 * that GitHub asks for are another matter.
 */
const MAX_SILENCE = 10_000;

/** The most that GitHub gives a page. */
export const PER_PAGE = 100;

type Octokit = ReturnType<typeof getOctokit>;

/** An account in GitHub's answers. */
export const userPayload = lazy(() => z.object({ login: z.string(), type: z.string().nullish() }).nullish());

export function readAuthor(user: z.infer<ReturnType<typeof userPayload>>): Author {
  return user ? { login: user.login, isBot: user.type === 'Bot' } : null;
}

/** Octokit for one repository: every request has a time limit, is tried again, and fails in one way. */
export class OctokitClient {
  readonly octokit: Octokit;
  readonly repository: { readonly owner: string; readonly repo: string };
  readonly #options: OctokitApiOptions;
  /** Milliseconds that were spent on requests without an answer. */
  #silence = 0;

  constructor(options: OctokitApiOptions) {
    this.#options = options;
    this.octokit = getOctokit(options.token || 'none', { baseUrl: options.apiUrl, userAgent: 'deadweight' });
    this.repository = { owner: options.repository.owner, repo: options.repository.name };
  }

  /**
   * @param what GitHub is asked to do, as an error says it: `list the comments`
   * @param schema of what is used of the answer
   * @throws GitHubRequestError, for an answer of another shape as well
   */
  async request<T>(what: string, schema: z.ZodType<T>, operation: () => Promise<OctokitAnswer>): Promise<T> {
    return (await this.#ask(what, schema, operation)).data;
  }

  /**
   * @returns null for what is not there
   * @throws GitHubRequestError as `request`
   */
  async requestOrGone<T>(
    what: string,
    schema: z.ZodType<T>,
    operation: () => Promise<OctokitAnswer>,
  ): Promise<T | null> {
    try {
      return await this.request(what, schema, operation);
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  }

  /**
   * Asks the GraphQL API.
   * @throws GitHubRequestError as `request`
   */
  query<T>(
    what: string,
    schema: z.ZodType<T>,
    query: string,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    return this.request(what, schema, async () => {
      const data = await this.octokit.graphql<unknown>(query, { ...variables, ...this.timed() });
      return { data, headers: {} };
    });
  }

  /**
   * Page after page of a list, as long as GitHub says that there is another.
   * @throws GitHubRequestError as `request`
   */
  async *pages<T>(
    what: string,
    maxPages: number,
    schema: z.ZodType<T>,
    list: (page: number) => Promise<OctokitAnswer>,
  ): AsyncIterable<T> {
    for (let page = 1; page <= maxPages; page += 1) {
      const { data, headers } = await this.#ask(what, schema, () => list(page));
      yield data;
      // a page can be short without being the last: only the link tells
      if (!headers.link?.includes('rel="next"')) return;
    }
  }

  async #ask<T>(
    what: string,
    schema: z.ZodType<T>,
    operation: () => Promise<OctokitAnswer>,
  ): Promise<OctokitAnswer & { readonly data: T }> {
    const { token, clock, sleep, maxAttempts = POLICY.maxAttempts } = this.#options;
    if (token === '') throw new GitHubRequestError(null, what, NO_TOKEN);
    const before = this.#silence;
    const startedAt = clock.now();
    const ask = async () => {
      const { data, headers } = await operation();
      return { data: checkAnswer(schema, data), headers };
    };
    try {
      if (before >= MAX_SILENCE) throw new Unanswered();
      return await retry(ask, new Retries({ ...POLICY, maxAttempts }, sleep, clock), {
        ofError: (error, attempt) => {
          if (readFailure(error)?.status !== null) return adviseRetry(error, attempt, clock);
          this.#silence = before + clock.now() - startedAt;
          const nextWait = POLICY.firstWait * 2 ** (attempt - 1);
          return this.#silence + nextWait >= MAX_SILENCE ? null : adviseRetry(error, attempt, clock);
        },
      });
    } catch (error) {
      const failed = readFailure(error);
      const isToldOf = failed !== null || error instanceof Unanswered || isGraphqlRefusal(error);
      // Octokit trips over some answers itself: those of proxies, and errors with numbers beyond JavaScript's.
      const cause = isToldOf ? error : new UnreadableAnswer(messageOf(error), { cause: error });
      throw new GitHubRequestError(failed?.status ?? null, what, cause, token);
    }
  }

  /** A fresh limit for each attempt. */
  timed(): { request: { signal: AbortSignal } } {
    const left = Math.max(1, MAX_SILENCE - this.#silence);
    return { request: { signal: AbortSignal.timeout(Math.min(this.#options.timeout ?? MAX_SILENCE, left)) } };
  }
}

/** Nobody answered for so long that nobody is asked any more. */
class Unanswered extends Error {
  constructor() {
    super('it did not answer before');
  }
}

function isGone(error: unknown): boolean {
  return error instanceof GitHubRequestError && (error.status === 404 || error.status === 410);
}

/** GraphQL answers 200 with errors. */
function isGraphqlRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'GraphqlResponseError';
}
