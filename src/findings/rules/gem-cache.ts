import { deleted } from '../cache-remedy.ts';
import { cacheRule } from '../cache-rule.ts';
import { tool } from '../tool.ts';

/** The packages that gems were unpacked from; only `gem pristine` reads them. Source: RubyGems' guides, `gem environment`. */
export const gemCache = cacheRule({
  kind: 'gem-cache',
  tool: tool('gem bundle bundler', '- install i update add'),
  remedy: deleted(),
  isShared: false,
});
