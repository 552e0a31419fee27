import type { GitHubApi } from '../../github/api.ts';

/** The pull request to comment on, and the commit of it that was weighed. */
export interface CommentTarget {
  readonly api: GitHubApi;
  readonly pullRequest: number;
  readonly headSha: string;
  /** `<run id>-<attempt>` */
  readonly run: string;
}
