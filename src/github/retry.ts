import type { Clock } from '../base/clock.ts';

export interface RetrySettings {
  readonly clock: Clock;
  /** Waits this many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Told of each wait. */
  readonly onWait?: (milliseconds: number, error: unknown) => void;
  /** Times an operation is tried. */
  readonly attempts?: number;
  /** Milliseconds after which nothing is tried again, waits included. */
  readonly budget?: number;
}

const ATTEMPTS = 5;
/** Enough for one secondary rate limit, which asks for a minute. */
const BUDGET = 150_000;
const FIRST_WAIT = 1_000;
/** What GitHub asks for when a secondary rate limit names no time. */
const SECONDARY_WAIT = 60_000;

/** Runs an operation until it succeeds, is refused for good, or the budget is used up; then throws the last error. */
export async function withRetries<T>(operation: () => Promise<T>, settings: RetrySettings): Promise<T> {
  const { clock, sleep, attempts = ATTEMPTS, budget = BUDGET } = settings;
  const start = clock.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation();
    } catch (error) {
      const wait = waitFor(error, attempt, clock);
      if (wait === null || attempt >= attempts || clock.now() - start + wait > budget) throw error;
      settings.onWait?.(wait, error);
      await sleep(wait);
    }
  }
}

/** What is told of a failed request; anything else is never tried again. */
export interface FailedRequest {
  /** null when there was no answer. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

/**
 * Milliseconds to wait before the next attempt; null when there is no point in one.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
function waitFor(error: unknown, attempt: number, clock: Clock): number | null {
  const failed = failedRequest(error);
  if (failed === null) return null;
  const { status, headers } = failed;
  const backOff = FIRST_WAIT * 2 ** (attempt - 1);
  if (status === null || status >= 500 || status === 408) return backOff;
  if (status !== 403 && status !== 429) return null;
  const retryAfter = Number(headers['retry-after']);
  if (retryAfter >= 0) return Math.max(retryAfter * 1000, backOff);
  if (headers['x-ratelimit-remaining'] === '0') {
    return Math.max(Number(headers['x-ratelimit-reset']) * 1000 - clock.now(), backOff);
  }
  const limited = status === 429 || (error instanceof Error && /rate limit/i.test(error.message));
  return limited ? SECONDARY_WAIT * 2 ** (attempt - 1) : null;
}

/** Reads Octokit's RequestError, which says status 500 where there was no answer. */
export function failedRequest(error: unknown): FailedRequest | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  const response = 'response' in error ? error.response : undefined;
  if (typeof response !== 'object' || response === null) return { status: null, headers: {} };
  const headers = 'headers' in response ? response.headers : undefined;
  return { status: error.status, headers: isRecord(headers) ? headers : {} };
}

function isRecord(value: unknown): value is Readonly<Record<string, string | number | undefined>> {
  return typeof value === 'object' && value !== null;
}
