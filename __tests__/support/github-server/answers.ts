export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const DOCUMENTATION = 'https://docs.github.com/rest';

/** GitHub's error shape: message, documentation_url, and the status as text. */
export function refusal(status: number, message: string, errors?: readonly unknown[]): Answer {
  return {
    status,
    body: {
      message,
      ...(errors === undefined ? {} : { errors }),
      documentation_url: DOCUMENTATION,
      status: String(status),
    },
  };
}

export const notFound = refusal(404, 'Not Found');
export const notAccessible = refusal(403, 'Resource not accessible by integration');

/** The secondary rate limit, with or without the header that says how long. */
export function secondaryRateLimit(status: 403 | 429, retryAfter?: number): Answer {
  const answer = refusal(
    status,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  );
  return retryAfter === undefined ? answer : { ...answer, headers: { 'retry-after': String(retryAfter) } };
}

/** The primary rate limit: nothing remains until `reset` (seconds since the epoch). */
export function primaryRateLimit(reset: number): Answer {
  return {
    ...refusal(403, 'API rate limit exceeded for installation ID 1.'),
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) },
  };
}

/** What GitHub's front end answers while something behind it is down: a page, no JSON. */
export const badGateway: Answer = {
  status: 502,
  body: '<html><head><title>502 Bad Gateway</title></head></html>',
  headers: { 'content-type': 'text/html' },
};
