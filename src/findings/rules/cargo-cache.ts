import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/** Sources of crates: `registry` and `git` of CARGO_HOME. Source: The Cargo Book, "Cargo Home". */
export const cargoCache = cacheRule({
  kind: 'cargo-cache',
  tool: tool('cargo', '*'),
  isShared: true,
  neededBy: /\bcargo\b/,
});
