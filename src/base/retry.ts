import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from './effects.ts';

/** How often something is tried, and how long is waited in between. Times are milliseconds. */
export interface RetryPolicy {
  /** Times that it is tried, the first included. */
  readonly maxAttempts: number;
  /** Before the second attempt; it doubles before each further one. */
  readonly firstWait: number;
  /** Where doubling stops; it does not when absent. */
  readonly maxDoubled?: number;
  /** One wait. Who asks for a longer one is not asked again. */
  readonly maxWait: number;
  /** All waits together; with a clock, what was waited for answers counts as well. */
  readonly maxTotalWait: number;
  /** Share of its own wait that chance adds, so that requests which failed together do not come back together. */
  readonly jitter?: number;
}

/** Waits so many milliseconds. */
export type Sleep = (milliseconds: number) => Promise<unknown>;

/** Says that another attempt is worth while, and how long the other side asks to wait for it; null where it does not. */
export interface RetryAdvice {
  readonly after: number | null;
}

/** The waits of one piece of work, which may be several operations. */
export class Retries {
  readonly #policy: RetryPolicy;
  readonly #sleep: Sleep;
  readonly #clock: Clock | null;
  readonly #start: number;
  #left: number;

  constructor(policy: RetryPolicy, sleep: Sleep = pause, clock: Clock | null = null) {
    this.#policy = policy;
    this.#sleep = sleep;
    this.#clock = clock;
    this.#start = clock?.now() ?? 0;
    this.#left = policy.maxTotalWait;
  }

  /** Nothing is tried again from now on. */
  end(): void {
    this.#left = Number.NEGATIVE_INFINITY;
  }

  /**
   * Waits before another attempt: as long as was asked for, but not less than the policy has it.
   * @param attempt the one that failed; the first is 1
   * @returns false when there should be no other attempt
   * @throws what `sleep` throws
   */
  async wait(attempt: number, { after }: RetryAdvice): Promise<boolean> {
    const {
      firstWait,
      maxAttempts,
      maxWait,
      maxDoubled = Number.POSITIVE_INFINITY,
      jitter = 0,
    } = this.#policy;
    const own = Math.min(firstWait * 2 ** (attempt - 1), maxDoubled) * (1 + Math.random() * jitter);
    const time = after !== null && after > own ? after : own;
    if (attempt >= maxAttempts || time > maxWait || time > this.#leftNow()) return false;
    this.#left -= time;
    await this.#sleep(time);
    return true;
  }

  #leftNow(): number {
    if (this.#clock === null) return this.#left;
    return Math.min(this.#left, this.#policy.maxTotalWait - (this.#clock.now() - this.#start));
  }
}

/** What makes another attempt worth while; null ends with what there is. */
interface RetryRules<T> {
  readonly ofError: (error: unknown, attempt: number) => RetryAdvice | null;
  /** No answer is tried again when absent. */
  readonly ofAnswer?: (answer: T) => RetryAdvice | null;
}

/**
 * Tries an operation until its outcome is final or nothing more may be waited for.
 * @param operation is told which attempt it is; the first is 1
 * @returns the last answer
 * @throws the last error
 */
export async function retry<T>(
  operation: (attempt: number) => Promise<T>,
  retries: Retries,
  { ofError, ofAnswer = () => null }: RetryRules<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await operation(attempt).then(
      answer => ({ answer, again: ofAnswer(answer) }),
      (error: unknown) => ({ error, again: ofError(error, attempt) }),
    );
    if (outcome.again !== null && (await retries.wait(attempt, outcome.again))) continue;
    if ('error' in outcome) throw outcome.error;
    return outcome.answer;
  }
}

/**
 * Reads `Retry-After`: seconds, or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @param now milliseconds since the epoch
 * @returns milliseconds from now; null when it says nothing that can be read
 */
export function retryAfter(header: string | number | undefined, now: number): number | null {
  const text = String(header ?? '').trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = /\d:\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
