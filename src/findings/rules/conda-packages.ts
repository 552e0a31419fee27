import { cleanedBy, deleted, firstRemedy } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/**
 * Packages that conda has downloaded and unpacked; files that environments have links to stay.
 * Source: conda's documentation, `conda clean`.
 */
export const condaPackages = cacheRule({
  kind: 'conda-packages',
  tool: tool('conda mamba micromamba', 'install create update upgrade env remove'),
  remedy: firstRemedy([cleanedBy('clean -afy'), deleted()]),
  isShared: true,
});
