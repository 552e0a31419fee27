import { cleanedBy, deleted, firstRemedy } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/** Packages that npm has downloaded; its logs and what npx installs are others. Source: npm-cache(1). */
export const npmCache = cacheRule({
  kind: 'npm-cache',
  tool: tool(
    'npm npx',
    'install i in ci add clean-install install-clean update up exec x init create audit fund npx',
  ),
  remedy: firstRemedy([
    cleanedBy('cache clean --force', { program: 'npm', elsewhere: /^--cache(?:=|$)/ }),
    deleted(),
  ]),
  isShared: true,
  select: files => files.filter(({ path }) => path.includes('.npm/_cacache/')),
});
