import { cleanedBy, deleted, firstRemedy } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/** What Composer has downloaded. Source: Composer's documentation, `cache-dir`. */
export const composerCache = cacheRule({
  kind: 'composer-cache',
  tool: tool('composer', 'install i update u upgrade require r create-project global outdated'),
  remedy: firstRemedy([cleanedBy('clear-cache'), deleted()]),
  isShared: true,
});
