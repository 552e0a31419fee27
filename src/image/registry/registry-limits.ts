import type { IncomingMessage } from 'node:http';
import type { RetryPolicy } from '../../base/retry.ts';
import { readBody, streamBody } from '../chunk-pipe.ts';

/** How long a registry is waited for. Milliseconds, unless it says otherwise. */
export interface RegistryLimits {
  /** Until a connection stands and the head of an answer is there. */
  readonly head: number;
  /** Without a byte. */
  readonly idle: number;
  /** For the body of an answer, to which what its bytes take at `slowest` is added. */
  readonly body: number;
  /** Until a registry that has all bytes of a blob or manifest has stored it. */
  readonly store: number;
  /** Until it answers to an upload that is given up. */
  readonly cancel: number;
  /** Bytes a millisecond: who sends less on average is given up. */
  readonly slowest: number;
  /** Requests that are made for one answer, and the waits of one image together. */
  readonly retry: RetryPolicy;
}

export const REGISTRY_LIMITS: RegistryLimits = {
  head: 60_000,
  idle: 60_000,
  body: 60_000,
  store: 600_000,
  cancel: 5_000,
  slowest: 8,
  retry: { maxAttempts: 4, firstWait: 500, maxWait: 30_000, maxTotalWait: 120_000, jitter: 0.25 },
};

/**
 * The body of an answer. A sender that trickles is given up; the time that the reader takes is its own.
 * @throws Error when it ends early or is too slow
 */
export async function* paceBody(
  message: IncomingMessage,
  { body, slowest, idle }: RegistryLimits,
): AsyncIterable<Uint8Array> {
  let waited = 0;
  let bytes = 0;
  let since = performance.now();
  for await (const chunk of streamBody(message, idle)) {
    waited += performance.now() - since;
    bytes += chunk.length;
    if (waited > body + bytes / slowest) throw new Error('it sends too slowly');
    yield chunk;
    since = performance.now();
  }
}

/**
 * A document, whole; one that is too large is cut off just beyond the limit, for whoever parses it to refuse.
 * @throws Error as `paceBody`
 */
export async function readPacedBody(message: IncomingMessage, limits: RegistryLimits): Promise<Uint8Array> {
  return await readBody(message, paceBody(message, limits));
}
