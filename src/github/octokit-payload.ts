import type { IssueComment, PullRequestState } from './api.ts';

/** The part of GitHub's answer that is used: https://docs.github.com/rest/issues/comments */
export interface CommentPayload {
  readonly id: number;
  readonly node_id: string;
  readonly html_url: string;
  readonly body?: string | undefined;
  readonly user: { readonly login: string; readonly type: string } | null;
}

export function commentOf(payload: CommentPayload): IssueComment {
  const { id, node_id: nodeId, html_url: url, body = '', user } = payload;
  const author = user === null ? null : { login: user.login, isBot: user.type === 'Bot' };
  return { id, nodeId, url, body, author };
}

export function stateOf(payload: { number: number; state: string; head: { sha: string } }): PullRequestState {
  return { number: payload.number, headSha: payload.head.sha, open: payload.state === 'open' };
}
