import { deleted } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/** The packages that gems were unpacked from; only `gem pristine` reads them. Source: RubyGems' guides, `gem environment`. */
export const gemCache = cacheRule({
  kind: 'gem-cache',
  tool: tool('gem bundle bundler', '- install i update add'),
  remedy: deleted(),
  isShared: false,
});
