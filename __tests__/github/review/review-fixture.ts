import type { SuggestionRequest } from '../../../src/github/review/publish-suggestions.ts';
import { draftSuggestion, type WantedSuggestion } from '../../../src/github/review/suggestion-plan.ts';
import type { GitHubServerOptions } from '../../support/github-server/server.ts';
import type { FakeFile } from '../../support/github-server/state.ts';
import { HEAD } from '../server-fixture.ts';

/** The Dockerfile of the pull request: line 1 is `FROM a`, line 2 `RUN 2`, and so on. */
export const LINES = ['FROM a', ...Array.from({ length: 39 }, (_, index) => `RUN ${index + 2}`)];

/** A file that the pull request adds. */
export function added(lines: readonly string[] = LINES, filename = 'Dockerfile'): FakeFile {
  const patch = [`@@ -0,0 +1,${lines.length} @@`, ...lines.map(line => `+${line}`)].join('\n');
  return { filename, status: 'added', patch };
}

export const ADDED: GitHubServerOptions = { pullRequests: [{ number: 7, files: [added()] }] };

/** What replaces some lines, from one on. */
export function wanted(
  startLine: number,
  after: readonly string[] = [`RUN better ${startLine}`],
  more: { readonly before?: readonly string[]; readonly text?: string; readonly path?: string } = {},
): WantedSuggestion {
  const before = more.before ?? LINES.slice(startLine - 1, startLine);
  const path = more.path ?? 'Dockerfile';
  return draftSuggestion(path, {
    patch: { file: path, startLine, before, after },
    about: { start: startLine, end: startLine + before.length - 1 },
    findings: [],
    text: more.text ?? `Line ${startLine}.\n\n\`\`\`suggestion\n${after.join('\n')}\n\`\`\``,
  });
}

export function suggesting(
  suggestions: readonly WantedSuggestion[],
  changes: Partial<SuggestionRequest> = {},
): SuggestionRequest {
  return { pullRequest: 7, headSha: HEAD, key: 'app', run: '100-1', suggestions, ...changes };
}
