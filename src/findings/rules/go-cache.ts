import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/** Compiled packages, and sources of modules: `go env GOCACHE GOMODCACHE`. Source: the help of `go cache`. */
export const goCache = cacheRule({
  kind: 'go-cache',
  tool: tool('go', '*'),
  isShared: true,
  neededBy: /\bgo\b["',\s]+(?:run|test|build|install|tool|generate)\b|\b(?:air|gotestsum|dlv|reflex|modd)\b/,
});
