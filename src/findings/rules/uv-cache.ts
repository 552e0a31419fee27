import { deleted, firstRemedy } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { mounted } from '../cache/mount-remedy.ts';
import { tool } from '../recipe/program-use.ts';

/**
 * What uv has downloaded and built. It links files of environments to it, and those stay: where it cannot, it copies.
 * `uv run` and `uvx` look there first. Source: uv's documentation, "Caching" and "Using uv in Docker".
 */
export const uvCache = cacheRule({
  kind: 'uv-cache',
  tool: tool('uv uvx', 'sync pip add run tool build lock venv uvx'),
  remedy: firstRemedy([mounted, deleted()]),
  isShared: true,
  neededBy: /\buvx\b|\buv["',\s]+tool["',\s]+run\b/,
  missedBy: /\buv\b/,
});
