import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { cleanedBy, deleted, firstRemedy, type Remedy } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';
import type { Subject } from '../subject.ts';

const clean = cleanedBy('cache clean', { elsewhere: /^--cache-folder(?:=|$)/ });

/** Later versions than the first clean only a part of it. */
const cleaned: Remedy = writer =>
  writer.roots.every(root => root.endsWith('/.cache/yarn') || root === '.cache/yarn') ? clean(writer) : null;

/**
 * Packages that Yarn has downloaded. With Plug'n'Play programs run from the cache of its later versions.
 * Sources: the documentation of Yarn 1 and 4.
 */
export const yarnCache = cacheRule({
  kind: 'yarn-cache',
  tool: tool('yarn yarnpkg', '- install add global upgrade up create dlx'),
  remedy: firstRemedy([cleaned, deleted()]),
  isShared: true,
  select: unplugged,
});

function unplugged(files: readonly VisibleFile[], { analysis }: Subject): readonly VisibleFile[] {
  const isPlugged = analysis.visibleFiles.some(({ path }) =>
    /(?:^|\/)\.pnp\.(?:c?js|data\.json)$/.test(path),
  );
  return isPlugged ? files.filter(({ path }) => !/\.yarn\/(?:berry\/)?cache\//.test(path)) : files;
}
