/** What tells which commit is the base: an explicit wish, or the event that started a workflow. */
export type BaseRequest =
  | { readonly kind: 'explicit'; readonly ref: string }
  | PullRequestBase
  | {
      readonly kind: 'push';
      /** Tip of the branch before the push; zeros (or null) when the push made the branch. */
      readonly before: string | null;
    }
  | {
      readonly kind: 'merge-group';
      readonly baseSha: string;
    }
  | {
      readonly kind: 'none';
      /** Why there is nothing to compare with: a sentence. */
      readonly why: string;
    };

export interface PullRequestBase {
  readonly kind: 'pull-request';
  readonly number: number;
  readonly headSha: string;
  /** Name of the base branch, without `refs/heads/`. */
  readonly baseRef: string;
  /** What the event calls the base: a tip of the base branch, and only a last resort. */
  readonly baseSha: string;
  /** The merge commit that `pull_request` checks out (its GITHUB_SHA); null where the event has none. */
  readonly mergeSha: string | null;
}
