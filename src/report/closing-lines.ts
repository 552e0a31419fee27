import { headlineOf } from './headline.ts';
import type { Report } from './report.ts';

/**
 * The last lines of a step's log: what each image weighs and how it is judged, and where the comment is. Names in them
 * are untrusted.
 * @param comment null where there is none
 */
export function closingLines(
  reports: readonly Report[],
  comment: { readonly url: string | null } | null,
): readonly string[] {
  const lines = reports.map(report => {
    const { title, platform, size, change, verdict, absence } = headlineOf(report);
    const figures = change === null ? size : `${size}, ${change}`;
    const judged = verdict === null ? '' : `; ${verdict}`;
    return `${title} · ${platform}: ${figures}${judged}${absence === null ? '' : `; no comparison: ${absence}`}`;
  });
  return comment?.url ? [...lines, `Comment: ${comment.url}`] : lines;
}
