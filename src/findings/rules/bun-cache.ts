import { deleted, firstRemedy } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { mounted } from '../cache/mount-remedy.ts';
import { tool } from '../recipe/program-use.ts';

/** What Bun has downloaded and linked to nowhere. Source: Bun's documentation, "Global cache". */
export const bunCache = cacheRule({
  kind: 'bun-cache',
  tool: tool('bun bunx', 'install i ci add update create x bunx'),
  remedy: firstRemedy([mounted, deleted()]),
  isShared: true,
  neededBy: /\bbun["',\s]+x\b|\bbunx\b/,
});
