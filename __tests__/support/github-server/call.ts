import { type Answer, refusal } from './answers.ts';
import type { Account } from './state.ts';

export interface TokenGrant extends Account {
  /** What the token may do with pull requests. Forks' and Dependabot's tokens are `read`. */
  readonly access: 'write' | 'read' | 'none';
  /** What it may do with branches and files; as with pull requests when absent. */
  readonly contents?: 'write' | 'read' | 'none';
  /** false: GraphQL refuses it. */
  readonly graphql?: boolean;
}

export interface Call {
  readonly method: string;
  /** Without the prefix of an Enterprise Server, with its leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Parsed; undefined when the request had none. */
  readonly json: unknown;
  readonly grant: TokenGrant;
  /** URL of the API, for the links in answers. */
  readonly api: string;
}

const LONGEST_BODY = 65_536;

export function bodyOf(json: unknown): string | Answer {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return refusal(400, 'Body should be a JSON object');
  }
  const body = 'body' in json ? json.body : undefined;
  if (body === undefined) return refusal(422, 'Invalid request.\n\n"body" wasn\'t supplied.');
  if (typeof body !== 'string') {
    return refusal(
      422,
      `Invalid request.\n\nFor 'properties/body', ${JSON.stringify(body)} is not a string.`,
    );
  }
  const error = { resource: 'IssueComment', code: 'unprocessable', field: 'data' };
  if (body.trim() === '') {
    return refusal(422, 'Validation Failed', [{ ...error, message: 'Body cannot be blank' }]);
  }
  if (body.length > LONGEST_BODY) {
    const message = `Body is too long (maximum is ${LONGEST_BODY} characters)`;
    return refusal(422, 'Validation Failed', [{ ...error, message }]);
  }
  return body;
}

/** 30 a page by default, 100 at most, whatever is asked for. */
export function paginated<T>(call: Call, all: readonly T[], payload: (item: T) => object): Answer {
  const perPage = Math.min(positive(call.query.get('per_page'), 30), 100);
  const page = positive(call.query.get('page'), 1);
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const link = (to: number, rel: string) => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(to));
    return `<${call.api}${call.path}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ];
  const items = all.slice((page - 1) * perPage, page * perPage).map(payload);
  return { status: 200, body: items, headers: links.length > 0 ? { link: links.join(', ') } : {} };
}

function positive(text: string | null, fallback: number): number {
  const value = Number(text ?? fallback);
  return Number.isInteger(value) && value > 0 ? value : fallback;
}

export function ok(body: object): Answer {
  return { status: 200, body };
}
