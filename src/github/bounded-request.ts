import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { HttpClient } from '@actions/http-client';
import { DeadweightError, messageOf } from '../base/errors.ts';
import { Retries, retry, retryAfter } from '../base/retry.ts';

interface BoundedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A longer answer is an error. Bytes. */
  readonly maxBytes: number;
  /** Ends the request, with all that is retried. */
  readonly signal: AbortSignal;
  /** Milliseconds in which some byte of the answer must come; 10,000 when absent. */
  readonly maxSilenceMs?: number | undefined;
}

interface BoundedResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Nobody answered in time: whoever has more to ask the same service need not wait for it again. */
export class NoAnswer extends DeadweightError {}

/** Milliseconds. */
const MAX_SILENCE = 10_000;

const USER_AGENT = 'deadweight';
const RETRIED = new Set([429, 500, 502, 503, 504]);
/** A service that asks to wait longer is not asked again. */
const POLICY = { maxAttempts: 3, maxWait: 10_000, maxTotalWait: 20_000 };

/**
 * A request that cannot hang and cannot fill the memory. Goes through the runner's proxy. Redirects are not followed:
 * the caller decides which headers another host may see. Busy and broken services are asked again, three times in all.
 * @param firstWait milliseconds before the second attempt; it doubles
 * @throws NoAnswer `github-request-failed`
 * @throws DeadweightError `github-request-failed` without an answer, `limit-exceeded` when it is too long
 */
export async function boundedRequest(request: BoundedRequest, firstWait = 1000): Promise<BoundedResponse> {
  const { signal } = request;
  const retries = new Retries({ ...POLICY, firstWait }, time => wait(time, undefined, { signal }));
  try {
    return await retry(() => once(request), retries, {
      ofError: error => (error instanceof DeadweightError || signal.aborted ? null : { after: null }),
      ofAnswer: answer =>
        isRetried(answer) ? { after: retryAfter(answer.headers['retry-after'], Date.now()) } : null,
    });
  } catch (error) {
    throw failure(request, error);
  }
}

/** A secondary rate limit is a 403 that says when to come back. */
function isRetried({ status, headers }: BoundedResponse): boolean {
  return RETRIED.has(status) || (status === 403 && headers['retry-after'] !== undefined);
}

/** Where GitHub's REST API is asked, and as whom. */
export interface RestAccess {
  /** GITHUB_API_URL: `https://api.github.com`. */
  readonly apiUrl: string;
  /** Needs `actions: read`. */
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  /** Milliseconds before a failed request is tried again. */
  readonly firstWaitMs?: number;
  /** See `BoundedRequest`. */
  readonly maxSilenceMs?: number;
}

/**
 * Asks GitHub's REST API for something of the repository.
 * @param path below `/repos/OWNER/NAME/`
 * @throws DeadweightError as `boundedRequest`
 */
export function restGet(
  access: RestAccess,
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<BoundedResponse> {
  const url = `${access.apiUrl.replace(/\/$/, '')}/repos/${access.repository}/${path}`;
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${access.token}`,
    'x-github-api-version': '2022-11-28',
  };
  const { maxSilenceMs, firstWaitMs } = access;
  return boundedRequest({ method: 'GET', url, headers, maxBytes, signal, maxSilenceMs }, firstWaitMs);
}

async function once(request: BoundedRequest): Promise<BoundedResponse> {
  request.signal.throwIfAborted();
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), request.maxSilenceMs ?? MAX_SILENCE);
  const signal = AbortSignal.any([request.signal, silence.signal]);
  try {
    const client = new HttpClient(USER_AGENT, [], { allowRedirects: false, allowRetries: false });
    const answer = client.request(request.method, request.url, request.body ?? null, { ...request.headers });
    const { message } = await beforeAbort(answer, signal);
    const stop = (): void => void message.destroy(new Error('no answer in time'));
    signal.addEventListener('abort', stop, { once: true });
    const body = await readAtMost(message, request, () => timer.refresh());
    return { status: message.statusCode ?? 0, headers: message.headers, body };
  } catch (error) {
    throw silence.signal.aborted ? unanswered(request, error) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** @param onChunk called for each */
async function readAtMost(
  message: IncomingMessage,
  request: BoundedRequest,
  onChunk: () => void,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    onChunk();
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > request.maxBytes) {
      throw new DeadweightError('limit-exceeded', {
        message: `${describe(request)} answered with more than ${request.maxBytes} bytes.`,
        remedy: 'Run the job again; if the error lasts, check what answers at that address.',
      });
    }
    chunks.push(bytes);
  }
  if (message.complete) return Buffer.concat(chunks);
  throw new Error('the connection was closed before the whole answer came');
}

/** The client takes no signal: what comes after an abort is thrown away. */
function beforeAbort<T extends { readonly message: IncomingMessage }>(
  answer: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error('no answer in time'));
    signal.addEventListener('abort', stop, { once: true });
    answer
      .then(response => {
        if (signal.aborted) response.message.destroy();
        else resolve(response);
      }, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Without the query: that of a signed URL is a secret. */
function describe({ method, url }: BoundedRequest): string {
  const { origin, pathname } = new URL(url);
  return `${method} ${origin}${pathname}`;
}

function failure(request: BoundedRequest, cause: unknown): DeadweightError {
  if (cause instanceof DeadweightError) return cause;
  if (request.signal.aborted) return unanswered(request, cause);
  return new DeadweightError('github-request-failed', {
    message: `${describe(request)} failed: ${messageOf(cause)}.`,
    remedy: REMEDY,
    cause,
  });
}

function unanswered(request: BoundedRequest, cause: unknown): NoAnswer {
  const message = `${describe(request)} failed: no answer in time.`;
  return new NoAnswer('github-request-failed', { message, remedy: REMEDY, cause });
}

const REMEDY = "Run the job again; if the error lasts, check githubstatus.com and the runner's network.";
