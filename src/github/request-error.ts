import { DeadweightError, messageOf } from '../base/errors.ts';

/** GitHub refused a request, or could not be reached. */
export class GitHubRequestError extends DeadweightError {
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;

  constructor(status: number | null, what: string, cause: unknown) {
    const said = messageOf(cause)
      .replace(/ - https?:\/\/\S+$/, '')
      .slice(0, 300);
    super('github-request-failed', {
      message: `GitHub did not ${what}: ${status === null ? 'no answer' : `status ${status}`} (${said}).`,
      remedy: remedyFor(status, said),
      cause,
    });
    this.name = 'GitHubRequestError';
    this.status = status;
  }
}

function remedyFor(status: number | null, said: string): string {
  if (status === 401) {
    return 'Give the action a token that is valid; the default, `github.token`, is.';
  }
  if (status === 429 || /rate limit/i.test(said)) {
    return 'Run the job again later: GitHub limits how much a token may ask.';
  }
  if (status === 403) {
    return 'Add `permissions: pull-requests: write` to the job; the tokens of pull requests from forks and of Dependabot are read-only whatever it says, so post their report from a `workflow_run` workflow.';
  }
  if (status === 404) {
    return 'Check that the pull request exists and that the token can read this repository (`permissions: pull-requests: write`).';
  }
  if (status === 410 || /locked/i.test(said))
    return 'The conversation is locked: unlock it to have the comment.';
  if (status === 422) return 'This is a defect of Deadweight: please report it with the message above.';
  return 'Run the job again; see https://www.githubstatus.com if it lasts.';
}
