import { type Answer, notAccessible, notFound, refusal } from './answers.ts';
import { commentPayload, pullRequestPayload } from './payloads.ts';
import type { Account, RepositoryState } from './state.ts';

export interface TokenGrant extends Account {
  /** What the token may do with pull requests. Forks' and Dependabot's tokens are `read`. */
  readonly access: 'write' | 'read' | 'none';
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
const unknownCommit = refusal(422, 'No commit found for SHA');

/** The routes of one repository. What is not here is 404, as for a token that may not see it. */
export function route(state: RepositoryState, call: Call): Answer {
  const repository = `/repos/${state.repository}`;
  if (!call.path.toLowerCase().startsWith(`${repository.toLowerCase()}/`)) return notFound;
  if (call.grant.access === 'none') return notAccessible;
  const path = call.path.slice(repository.length);
  const one = /^\/issues\/comments\/(\d+)$/.exec(path);
  if (one) return commentRoute(state, call, Number(one[1]));
  const list = /^\/issues\/(\d+)\/comments$/.exec(path);
  if (list) return commentsRoute(state, call, Number(list[1]));
  const pull = /^\/pulls\/(\d+)$/.exec(path);
  if (pull && call.method === 'GET') {
    const pullRequest = state.pullRequests.get(Number(pull[1]));
    return pullRequest ? ok(pullRequestPayload(pullRequest, state.repository, call.api)) : notFound;
  }
  const commit = /^\/commits\/([0-9a-f]{40})$/.exec(path);
  if (commit && call.method === 'GET') {
    const parents = state.commits.get(commit[1] ?? '');
    return parents ? ok({ sha: commit[1], parents: parents.map(sha => ({ sha })) }) : unknownCommit;
  }
  if (path === '/pulls' && call.method === 'GET') return pullsRoute(state, call);
  return notFound;
}

function commentRoute(state: RepositoryState, call: Call, id: number): Answer {
  const comment = state.comment(id);
  if (!comment) return notFound;
  if (call.method === 'GET') return ok(commentPayload(comment, state.repository, call.api));
  if (call.grant.access !== 'write') return notAccessible;
  if (call.method === 'DELETE') {
    state.remove(id);
    return { status: 204 };
  }
  if (call.method !== 'PATCH') return notFound;
  const body = bodyOf(call.json);
  if (typeof body !== 'string') return body;
  state.edit(comment, body);
  return ok(commentPayload(comment, state.repository, call.api));
}

function commentsRoute(state: RepositoryState, call: Call, issue: number): Answer {
  const pullRequest = state.pullRequests.get(issue);
  if (!pullRequest) return notFound;
  if (call.method === 'GET') {
    return paginated(call, state.comments(issue), comment =>
      commentPayload(comment, state.repository, call.api),
    );
  }
  if (call.method !== 'POST') return notFound;
  if (call.grant.access !== 'write') return notAccessible;
  if (pullRequest.locked) return refusal(403, 'Unable to create comment because issue is locked.');
  const body = bodyOf(call.json);
  if (typeof body !== 'string') return body;
  const { login, type } = call.grant;
  const comment = state.add(issue, { login, type }, body);
  return { status: 201, body: commentPayload(comment, state.repository, call.api) };
}

/** https://docs.github.com/rest/pulls/pulls#list-pull-requests: `head` is `owner:branch` */
function pullsRoute(state: RepositoryState, call: Call): Answer {
  const wanted = call.query.get('state') ?? 'open';
  if (!['open', 'closed', 'all'].includes(wanted)) return refusal(422, 'Validation Failed', []);
  const head = call.query.get('head');
  const found = [...state.pullRequests.values()].filter(pullRequest => {
    const label = `${pullRequest.headRepository.split('/')[0]}:${pullRequest.headRef}`;
    return (wanted === 'all' || pullRequest.state === wanted) && (head === null || head === label);
  });
  return paginated(call, found, pullRequest => pullRequestPayload(pullRequest, state.repository, call.api));
}

function bodyOf(json: unknown): string | Answer {
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
function paginated<T>(call: Call, all: readonly T[], payload: (item: T) => object): Answer {
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

function ok(body: object): Answer {
  return { status: 200, body };
}
