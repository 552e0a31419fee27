import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenge } from '../../../src/image/registry/registry-authorization.ts';

describe('challenges', () => {
  const bearer = { scheme: 'bearer', realm: 'https://a/t', service: null };

  it.each([
    ['Bearer realm="https://a/t",service="s",scope="x:y:pull,push"', { ...bearer, service: 's' }],
    ['bearer realm=https://a/t', bearer],
    ['Bearer service="a \\"b\\" c" , realm="https://a/t"', { ...bearer, service: 'a "b" c' }],
    ['Basic realm="x", Bearer realm="https://a/t"', bearer],
    ['Bearer realm="https://a/t", Basic realm="x"', bearer],
    ['Basic realm="https://a/t, Bearer realm=https://b/t"', { scheme: 'basic' }],
    ['Basic realm="x"', { scheme: 'basic' }],
    ['basic', { scheme: 'basic' }],
    ['Bearer service="s"', null],
    ['Negotiate', null],
    ['', null],
    [undefined, null],
  ])('%s', (header, expected) => {
    expect(parseChallenge(header)).toEqual(expected);
  });

  it('of a hostile registry take no time', () => {
    const parts = fc.constantFrom('Bearer ', 'realm="', 'a=', '"', '\\', ',', ' ', '\t', 'x');
    const headers = fc.array(parts, { maxLength: 2000 }).map(all => all.join(''));
    const since = performance.now();
    fc.assert(
      fc.property(headers, header => {
        parseChallenge(header);
      }),
    );
    for (const part of ['Bearer ', ' ,', 'a="', '\\', '"a=']) parseChallenge(part.repeat(16_384));
    expect(performance.now() - since).toBeLessThan(2000);
  });
});
