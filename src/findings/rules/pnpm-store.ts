import { deleted, firstRemedy } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { mounted } from '../cache/mount-remedy.ts';
import { tool } from '../recipe/program-use.ts';

/**
 * What pnpm has downloaded and linked to nowhere: what node_modules has links to stays.
 * Source: pnpm's documentation, "Working with Docker" and `store-dir`.
 */
export const pnpmStore = cacheRule({
  kind: 'pnpm-store',
  tool: tool('pnpm pnpx', 'install i ci add fetch update up deploy dlx create import exec pnpx'),
  remedy: firstRemedy([mounted, deleted()]),
  isShared: true,
  neededBy: /\bpnpm["',\s]+dlx\b|\bpnpx\b/,
});
