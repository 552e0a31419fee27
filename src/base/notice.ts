/**
 * What a notice can be about. The union is closed, like that of errors: tests and documentation name the codes, and a
 * misspelt one does not compile. The sentences are where the notices are made.
 */
export type NoticeCode =
  // the image and its base image
  | 'archive-index-unreadable'
  | 'base-not-below'
  | 'base-unknown'
  | 'content-not-compared'
  | 'files-not-looked-into'
  | 'from-snapshot'
  | 'hardlink-target-missing'
  | 'history-mismatch'
  | 'origins-from-history'
  | 'origins-mismatch'
  | 'package-database-unread'
  // the build
  | 'cache-not-imported'
  | 'push-withheld'
  | 'secret-left-out'
  | 'squash-unfit'
  // budgets, findings and fixes
  | 'budget-skipped'
  | 'budgets-waived'
  | 'config-of-baseline'
  | 'config-of-head'
  | 'compressed-savings-unknown'
  | 'findings-off'
  | 'fix-check-failed'
  | 'findings-left-out'
  | 'fix-dropped'
  | 'ignore-unused'
  | 'ignore-without-rule'
  | 'ignores-added'
  | 'proof-against-cache'
  // no comparison
  | 'base-branch-new'
  | 'base-context-elsewhere'
  | 'base-does-not-build'
  | 'base-has-no-dockerfile'
  | 'base-is-head'
  | 'base-lacks-platform'
  | 'base-not-asked'
  | 'base-not-built'
  | 'base-not-in-registry'
  | 'base-not-prepared'
  | 'base-not-stored'
  | 'base-tag-missing'
  | 'base-unavailable'
  | 'base-unreachable'
  | 'base-unrelated'
  | 'baseline-file-unusable'
  // a comparison and its baseline
  | 'base-image-drift'
  | 'base-is-ancestor'
  | 'base-of-event'
  | 'base-submodule-missing'
  | 'baseline-of-other-commit'
  | 'baseline-on-other-base'
  | 'checkout-edited'
  | 'comparison-approximate'
  | 'comparison-base-unknown'
  | 'comparison-packages-unknown'
  | 'compressed-size-not-comparable'
  | 'git-in-build'
  | 'head-behind-base'
  | 'uncommitted-files'
  // where snapshots are kept
  | 'cache-not-written'
  | 'cache-unavailable'
  | 'snapshot-refused'
  // where reports go, and come from
  | 'artifact-not-written'
  | 'artifact-refused'
  | 'artifacts-left-out'
  | 'comment-not-posted'
  | 'comment-shared'
  | 'histories-left-out'
  | 'history-cut'
  | 'history-not-written'
  | 'history-unread'
  | 'no-reports'
  | 'report-refused'
  | 'reported-by-fork'
  | 'reports-not-read'
  | 'suggestions-cut'
  | 'suggestions-not-posted'
  | 'suggestions-not-tidied'
  | 'summary-not-written';

/** Something that could not be known or had to be approximated. Always shown, never swallowed. */
export interface Notice<Code extends string = NoticeCode> {
  /** Reports from elsewhere may have any. */
  readonly code: Code;
  /** One or two plain sentences: what is not known, and the remedy if there is one. */
  readonly message: string;
}

/** Where a notice goes that is made on the way. */
export type NoticeSink = (notice: Notice) => void;
