import { setTimeout as pause } from 'node:timers/promises';

/** How long a registry is waited for. Milliseconds, unless it says otherwise. */
export interface RegistryLimits {
  /** Until a connection stands and the head of an answer is there. */
  readonly head: number;
  /** Without a byte. */
  readonly idle: number;
  /** For the body of an answer, to which what its bytes take at `slowest` is added. */
  readonly body: number;
  /** Bytes a millisecond: who sends less on average is given up. */
  readonly slowest: number;
  /** Before the second attempt; it doubles. */
  readonly firstPause: number;
  /** One pause that a registry may ask for. */
  readonly longestPause: number;
  /** All pauses of one image together. */
  readonly allPauses: number;
}

export const REGISTRY_LIMITS: RegistryLimits = {
  head: 60_000,
  idle: 60_000,
  body: 60_000,
  slowest: 8,
  firstPause: 500,
  longestPause: 30_000,
  allPauses: 120_000,
};

/** Requests that are made for one answer, at most. */
export const ATTEMPTS = 4;

/** Waits between attempts, in all no longer than the limits allow. */
export class Patience {
  readonly #limits: RegistryLimits;
  #left: number;

  constructor(limits: RegistryLimits) {
    this.#limits = limits;
    this.#left = limits.allPauses;
  }

  /** Nothing is asked again from now on. */
  end(): void {
    this.#left = Number.NEGATIVE_INFINITY;
  }

  /**
   * Waits before another attempt.
   * @param attempt the one that failed; the first is 1
   * @param asked milliseconds that the registry asks for; null when it does not say
   * @returns false when there should be no other attempt
   */
  async wait(attempt: number, asked: number | null): Promise<boolean> {
    const { firstPause, longestPause } = this.#limits;
    const own = firstPause * 2 ** (attempt - 1) * (1 + Math.random() / 4);
    const time = asked ?? own;
    if (attempt >= ATTEMPTS || time > longestPause || time > this.#left) return false;
    this.#left -= time;
    await pause(time);
    return true;
  }
}

/**
 * Reads `Retry-After`: seconds, or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @param now milliseconds since the epoch
 * @returns milliseconds; null when it says nothing
 */
export function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
