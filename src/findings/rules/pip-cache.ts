import { avoidedBy, deleted, firstRemedy } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

const OPTION = '--no-cache-dir';

/** What pip has downloaded, and wheels that it built. Source: pip's documentation, "Caching". */
export const pipCache = cacheRule({
  kind: 'pip-cache',
  tool: tool('pip', 'install wheel download'),
  remedy: firstRemedy([
    avoidedBy({
      option: OPTION,
      verbs: ['install', 'wheel', 'download'],
      runners: new Set([
        'conda',
        'mamba',
        'micromamba',
        'pipx',
        'pipenv',
        'poetry',
        'pdm',
        'hatch',
        'tox',
        'nox',
        'make',
        'sh',
        'bash',
      ]),
    }),
    deleted(),
  ]),
  isShared: true,
  option: OPTION,
});
