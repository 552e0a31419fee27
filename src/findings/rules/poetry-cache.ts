import { deleted } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/** What Poetry has downloaded; not the environments that it keeps beside. Source: Poetry's documentation, `cache-dir`. */
export const poetryCache = cacheRule({
  kind: 'poetry-cache',
  tool: tool('poetry', 'install add update sync lock self'),
  remedy: deleted(),
  isShared: true,
});
