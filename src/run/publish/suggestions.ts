import { relative, resolve, sep } from 'node:path';
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

/** Where the paths of reports start, and the top of the repository. */
export interface ReportedPaths {
  readonly cwd: string;
  readonly repositoryDirectory: string;
}

/** Suggests the fixes on the lines that the pull request touches. What goes wrong is a notice. */
export async function postSuggestions(
  reports: readonly Report[],
  { api, ...target }: CommentTarget,
  key: string,
  paths: ReportedPaths,
): Promise<PostedSuggestions> {
  // An image that was not built here has no lines, and never had suggestions.
  if (reports.every(({ build }) => build === null)) return NO_SUGGESTIONS;
  const suggestions = suggestionsOf(reports).flatMap(suggestion => placeSuggestion(suggestion, paths));
  const { standing, notices } = await publishSuggestions(api, { ...target, key, suggestions });
  return { findings: new Set(standing.flatMap(({ findings }) => findings)), notices };
}

/** None where the file is not in the repository. */
function placeSuggestion(
  suggestion: Suggestion,
  { cwd, repositoryDirectory }: ReportedPaths,
): readonly WantedSuggestion[] {
  const path = relative(repositoryDirectory, resolve(cwd, suggestion.patch.file));
  if (path === '' || path === '..' || path.startsWith(`..${sep}`)) return [];
  return [draftSuggestion(path.split(sep).join('/'), suggestion)];
}
