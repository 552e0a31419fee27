import type { Account, FakeComment, FakePullRequest } from './state.ts';

export function nodeId(comment: FakeComment): string {
  return `IC_${Buffer.from(`comment:${comment.id}`).toString('base64url')}`;
}

export function userPayload(account: Account, api: string): object {
  const id = [...account.login].reduce((sum, character) => sum + character.charCodeAt(0), 41_000_000);
  return {
    login: account.login,
    id,
    node_id: `U_${id}`,
    url: `${api}/users/${encodeURIComponent(account.login)}`,
    html_url: `https://github.com/${account.login}`,
    type: account.type,
    site_admin: false,
  };
}

/** https://docs.github.com/rest/issues/comments */
export function commentPayload(comment: FakeComment, repository: string, api: string): object {
  const html = `https://github.com/${repository}/pull/${comment.issue}`;
  return {
    id: comment.id,
    node_id: nodeId(comment),
    url: `${api}/repos/${repository}/issues/comments/${comment.id}`,
    html_url: `${html}#issuecomment-${comment.id}`,
    issue_url: `${api}/repos/${repository}/issues/${comment.issue}`,
    user: userPayload(comment.author, api),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: comment.author.type === 'Bot' ? 'NONE' : 'CONTRIBUTOR',
    body: comment.body,
    performed_via_github_app: comment.author.type === 'Bot' ? { slug: 'github-actions' } : null,
  };
}

/** https://docs.github.com/rest/pulls/pulls#get-a-pull-request, as far as anybody here reads it */
export function pullRequestPayload(pullRequest: FakePullRequest, repository: string, api: string): object {
  const [headOwner = ''] = pullRequest.headRepository.split('/');
  const [owner = ''] = repository.split('/');
  return {
    number: pullRequest.number,
    state: pullRequest.state,
    locked: pullRequest.locked,
    draft: false,
    merge_commit_sha: pullRequest.mergeSha,
    url: `${api}/repos/${repository}/pulls/${pullRequest.number}`,
    html_url: `https://github.com/${repository}/pull/${pullRequest.number}`,
    head: {
      label: `${headOwner}:${pullRequest.headRef}`,
      ref: pullRequest.headRef,
      sha: pullRequest.headSha,
      repo: { full_name: pullRequest.headRepository },
    },
    base: {
      label: `${owner}:${pullRequest.baseRef}`,
      ref: pullRequest.baseRef,
      sha: pullRequest.baseSha,
      repo: { full_name: repository },
    },
  };
}
