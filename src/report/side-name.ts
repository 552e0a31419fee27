import { shortDigest } from '../base/digest.ts';
import { clipMiddle, visible } from '../base/untrusted-text.ts';
import type { Report } from './report.ts';

/**
 * What tells the two sides apart: their commits, else their references, else their image ids.
 * null where there is nothing to tell.
 */
export function sideNames(
  report: Report,
  max = 32,
): { readonly base: string | null; readonly head: string | null } {
  const { comparison, context } = report;
  if (!comparison) return { base: null, head: context.commit === null ? null : shortCommit(context.commit) };
  const { base, head } = comparison;
  if (base.commit !== null && head.commit !== null && base.commit !== head.commit) {
    return { base: shortCommit(base.commit), head: shortCommit(head.commit) };
  }
  const key = base.reference === head.reference ? 'imageId' : 'reference';
  const shared = key === 'reference' ? sharedFolder(base.reference, head.reference) : 0;
  const name = (text: string) =>
    key === 'imageId'
      ? visible(shortDigest(text.slice(0, 200)))
      : clipMiddle(visible(text.slice(shared, shared + 4096)), max);
  if (base[key] === head[key]) return { base: null, head: null };
  return { base: name(base[key]), head: name(head[key]) };
}

function shortCommit(commit: string): string {
  return visible(commit.slice(0, 7));
}

/** Length of what both begin with, up to a slash: `app:1` and `app:2` say enough of two tags of one repository. */
function sharedFolder(a: string, b: string): number {
  let end = 0;
  while (end < a.length && a[end] === b[end]) end += 1;
  return a.lastIndexOf('/', end - 1) + 1;
}
