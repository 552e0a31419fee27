import type { BaseRequest } from '../../baseline/base-request.ts';

/** Where a base can come from, as the input `baseline` names it. */
export const BASELINES = ['auto', 'rebuild', 'cache', 'registry', 'file', 'none'] as const;

/** Where the base of a comparison comes from, and what tells which commit it is. */
export type BaselineRequest =
  | {
      readonly kind: 'auto';
      readonly base: BaseRequest;
      /** Whether a miss is worth a build; without it only a snapshot of the very commit counts. */
      readonly builds: boolean;
    }
  | { readonly kind: 'rebuild'; readonly base: BaseRequest }
  | { readonly kind: 'cache'; readonly base: BaseRequest }
  | {
      readonly kind: 'registry';
      /** null where nothing names a commit: the template must then do without `{sha}`. */
      readonly base: BaseRequest | null;
      /** Without `refs/heads/`, for `{branch}`; null where nothing names one. */
      readonly branch: string | null;
      /** An image reference with `{sha}` and `{branch}` in it. */
      readonly template: string;
    }
  | {
      readonly kind: 'file';
      /** Snapshots, one a platform. */
      readonly paths: readonly string[];
      /** Whether a file that cannot be read stops the run, or only the comparison. */
      readonly required: boolean;
    };
