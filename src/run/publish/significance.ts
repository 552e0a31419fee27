import { type ChangeThreshold, isBeyond, type Significance } from '../../github/comment-policy.ts';
import type { Failure } from '../../report/failure.ts';
import type { Report } from '../../report/report.ts';

/** What a comment policy asks of what a comment is to tell: of one image or of several. */
export function significanceOf(
  reports: readonly Report[],
  failures: readonly Failure[],
  threshold: ChangeThreshold,
): Significance {
  return {
    changed: reports.some(report => isChanged(report, threshold)),
    failed: failures.length > 0 || reports.some(({ verdict }) => verdict === 'fail'),
  };
}

function isChanged({ comparison }: Report, threshold: ChangeThreshold): boolean {
  if (comparison === null) return true;
  const { base, delta } = comparison;
  if (isBeyond(delta.size, base.size, threshold)) return true;
  if (delta.compressedSize === null || base.compressedSize === null) return false;
  return isBeyond(delta.compressedSize, base.compressedSize, threshold);
}
