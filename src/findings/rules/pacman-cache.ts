import { deleted } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/** Packages that were installed. `pacman -Scc` asks first, and its answer to itself with `--noconfirm` is no. */
export const pacmanCache = cacheRule({
  kind: 'pacman-cache',
  tool: tool('pacman', '*'),
  remedy: deleted('pkg/*'),
  isShared: false,
  select: files => files.filter(({ path }) => path.startsWith('var/cache/pacman/pkg/')),
});
