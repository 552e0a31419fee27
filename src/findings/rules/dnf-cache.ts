import { cleanedBy, deleted, firstRemedy } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/** Metadata of repositories, and packages where they are kept. Source: dnf(8), yum(8), microdnf(8). */
export const dnfCache = cacheRule({
  kind: 'dnf-cache',
  tool: tool('dnf dnf5 microdnf yum tdnf', '*'),
  remedy: firstRemedy([
    cleanedBy('clean all', {
      elsewhere: /^(?:-C|--cacheonly|--installroot|--setopt=cachedir|-c|--config)(?:=|$)/,
    }),
    deleted('*'),
  ]),
  isShared: true,
});
