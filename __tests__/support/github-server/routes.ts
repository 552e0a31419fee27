import { type Answer, notAccessible, notFound, refusal } from './answers.ts';
import { bodyOf, type Call, ok, paginated } from './call.ts';
import { gitRoute } from './git-routes.ts';
import { commentPayload, pullRequestPayload } from './payloads.ts';
import { reviewRoute } from './review-routes.ts';
import type { RepositoryState } from './state.ts';

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
  return gitRoute(state.git, call, path) ?? reviewRoute(state, call, path) ?? notFound;
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
