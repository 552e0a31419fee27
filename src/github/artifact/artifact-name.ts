import { keyName } from '../../base/key-name.ts';

/** What every name of a report artifact starts with. */
const REPORT_ARTIFACT_PREFIX = 'deadweight-report-';
/** What every name of a page's artifact starts with. */
const PAGE_ARTIFACT_PREFIX = 'deadweight-page-';
/** All reports of a run. */
export const REPORT_ARTIFACT_GLOB = `${REPORT_ARTIFACT_PREFIX}*`;

/** The name of the artifact of one report: different keys have different names. */
export function reportArtifactName(key: string): string {
  return `${REPORT_ARTIFACT_PREFIX}${keyName(key)}`;
}

/** The same of its page, as a file that browsers open: no pattern of report artifacts matches it. */
export function pageArtifactName(key: string): string {
  return `${PAGE_ARTIFACT_PREFIX}${keyName(key)}.html`;
}

/**
 * Whether the whole name matches a pattern in which `*` is any text and `?` any one character; all others are
 * themselves. Takes at most name × pattern steps: patterns and names may come from elsewhere.
 */
export function matchesGlob(name: string, pattern: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    if (
      next < pattern.length &&
      (pattern[next] === '?' || pattern[next] === name[at]) &&
      pattern[next] !== '*'
    ) {
      at += 1;
      next += 1;
    } else if (pattern[next] === '*') {
      star = next;
      resume = at;
      next += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      next = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[next] === '*') next += 1;
  return next === pattern.length;
}
