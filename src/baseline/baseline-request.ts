/** Where a baseline can come from, as the input `baseline` names it. */
export const BASELINES = ['auto', 'rebuild', 'cache', 'registry', 'file', 'none'] as const;

/** Where the baseline of a comparison comes from, and what tells which commit it is. */
export type BaselineRequest =
  | {
      readonly kind: 'auto';
      readonly commit: CommitRequest;
      /** Whether a miss is worth a build; without it only a snapshot of the very commit counts. */
      readonly builds: boolean;
    }
  | { readonly kind: 'rebuild'; readonly commit: CommitRequest }
  | { readonly kind: 'cache'; readonly commit: CommitRequest }
  | RegistryBaselineRequest
  | {
      readonly kind: 'file';
      /** Snapshots, one a platform. */
      readonly paths: readonly string[];
      /** Whether a file that cannot be read stops the run, or only the comparison. */
      readonly required: boolean;
    };

export interface RegistryBaselineRequest {
  readonly kind: 'registry';
  /** null where nothing names a commit: the template must then do without `{sha}`. */
  readonly commit: CommitRequest | null;
  /** Without `refs/heads/`, for `{branch}`; null where nothing names one. */
  readonly branch: string | null;
  /** An image reference with `{sha}` and `{branch}` in it: `ghcr.io/owner/app:{sha}`. */
  readonly template: string;
}

/** What tells which commit is the baseline: an explicit wish, or the event that started a workflow. */
export type CommitRequest =
  | { readonly kind: 'explicit'; readonly ref: string }
  | PullRequestCommits
  | {
      readonly kind: 'push';
      /** Tip of the branch before the push; zeros (or null) when the push made the branch. */
      readonly before: string | null;
    }
  | {
      readonly kind: 'tag';
      readonly tag: string;
      /** Commit that a push moved it from; null for a new one, which is compared with the tag before it. */
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

/** The commits of a pull request, as its event names them. */
export interface PullRequestCommits {
  readonly kind: 'pull-request';
  readonly number: number;
  readonly headSha: string;
  /** Address of the repository that it is to be merged into: what is checked out may be a clone of a fork. */
  readonly repositoryUrl: string;
  /** Name of the branch that it is to be merged into, without `refs/heads/`. */
  readonly baseRef: string;
  /** A tip of that branch, and only a last resort. */
  readonly baseSha: string;
  /** The merge commit that `pull_request` checks out (its GITHUB_SHA); null where the event has none. */
  readonly mergeSha: string | null;
  /** An image of its head is weighed, whatever is checked out. */
  readonly isHeadImage?: boolean;
}
