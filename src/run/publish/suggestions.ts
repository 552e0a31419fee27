import { isAbsolute } from 'node:path/posix';
import { pathInside } from '../../base/inside-path.ts';
import type { Notice } from '../../base/notice.ts';
import { publishSuggestions } from '../../github/review/publish-suggestions.ts';
import { draftSuggestion, type WantedSuggestion } from '../../github/review/suggestion-plan.ts';
import type { Report, ReportFinding } from '../../report/report.ts';
import { type Suggestion, suggestionsOf } from '../../report/suggestion.ts';
import type { CommentTarget } from './report-comment.ts';

export interface PostedSuggestions {
  /** Those that the suggestions show which stand on the pull request. */
  readonly findings: ReadonlySet<ReportFinding>;
  readonly notices: readonly Notice[];
}

export const NO_SUGGESTIONS: PostedSuggestions = { findings: new Set(), notices: [] };

/** Suggests the fixes on the lines that the pull request touches. What goes wrong is a notice. */
export async function postSuggestions(
  reports: readonly Report[],
  { api, ...target }: CommentTarget,
  key: string,
): Promise<PostedSuggestions> {
  // An image that was not built here has no lines, and never had suggestions.
  if (reports.every(({ build }) => build === null)) return NO_SUGGESTIONS;
  const suggestions = suggestionsOf(reports).flatMap(suggestion => placeSuggestion(suggestion));
  const { standing, notices } = await publishSuggestions(api, { ...target, key, suggestions });
  return { findings: new Set(standing.flatMap(({ findings }) => findings)), notices };
}

/** None where the file is not in the repository: the paths of reports start at its top. */
function placeSuggestion(suggestion: Suggestion): readonly WantedSuggestion[] {
  const { file } = suggestion.patch;
  const path = isAbsolute(file) ? null : pathInside('.', file);
  return path === null || path === '' ? [] : [draftSuggestion(path, suggestion)];
}
