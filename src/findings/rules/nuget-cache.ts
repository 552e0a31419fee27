import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/**
 * Packages that were restored, and answers of their servers. What was published has copies of what it needs, what was
 * only built may not. Source: NuGet's documentation, "Managing the global packages and cache folders".
 */
export const nugetCache = cacheRule({
  kind: 'nuget-cache',
  tool: tool('dotnet nuget', '*'),
  isShared: true,
  neededBy:
    /\bdotnet\b["',\s]+(?:run|watch|test|build|publish|exec|msbuild)\b|\.nuget\b|\bbin\/(?:Debug|Release)\b/,
});
