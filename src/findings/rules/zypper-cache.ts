import { cleanedBy, deleted, firstRemedy } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/** Metadata of repositories, and packages where they are kept. Source: zypper(8). */
export const zypperCache = cacheRule({
  kind: 'zypper-cache',
  tool: tool('zypper', '*'),
  remedy: firstRemedy([
    cleanedBy('clean --all', { elsewhere: /^(?:-R|--root|--installroot|-[CD]|--[a-z-]*cache-dir)(?:=|$)/ }),
    deleted('*'),
  ]),
  isShared: true,
});
