import { avoidedBy, deleted, firstRemedy } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/**
 * apk's copy of the repositories' index, and packages where it was told to keep them. What `apk update` has fetched
 * stays, whatever `apk add` is told. Source: apk(8), apk-cache(5).
 */
export const apkCache = cacheRule({
  kind: 'apk-cache',
  tool: tool('apk', 'add update upgrade fix fetch cache'),
  remedy: firstRemedy([avoidedBy({ option: '--no-cache', verbs: ['add', 'upgrade'] }), deleted('*')]),
  isShared: true,
  option: '--no-cache',
});
