import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { cleanedBy, deleted, firstRemedy } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import type { CacheSpec } from '../cache/cache-spec.ts';
import { tool } from '../recipe/program-use.ts';

export function isAptCache({ path }: Pick<VisibleFile, 'path'>): boolean {
  return /^var\/cache\/apt\/(?:src)?pkgcache\.bin$/.test(path);
}

/**
 * What apt has read of its lists, as it needs them: pkgcache.bin, srcpkgcache.bin. `apt-get clean` takes them away,
 * too. Official images of Debian tell apt to keep none.
 */
export const aptCacheSpec: CacheSpec = {
  kind: 'apt-cache',
  tool: tool('apt-get apt aptitude apt-cache apt-mark', '*'),
  remedy: firstRemedy([
    cleanedBy('clean', { program: 'apt-get', elsewhere: /Dir::|^(?:-c|--config-file)/ }),
    deleted('*.bin'),
  ]),
  isShared: true,
  select: files => files.filter(isAptCache),
};

export const aptCache = cacheRule(aptCacheSpec);
