// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells
import { expect, it } from 'vitest';
import { WordPattern } from '../../../src/dockerfile/shell/word-pattern.ts';
import { computedMs } from '../../support/computed.ts';

it.each([
  ['a.tgz', 'a.tgz', true],
  ['a.tgz', 'b.tgz', false],
  ['*.tgz', 'a.tgz', true],
  ['*.tgz', '.tg', false],
  ['a*b*c', 'aXbYc', true],
  ['a*b*c', 'acb', false],
  ['ab*ba', 'aba', false],
  ['tool-${VERSION}.zip', 'tool-1.2.zip', true],
  ['tool-$VERSION.zip', 'other-1.2.zip', false],
  ['tool-$(uname -m).zip', 'tool-x86_64.zip', true],
  ['{a,b}.deb', 'a.deb', true],
  ['x[0-9].deb', 'x1.deb', true],
])('%s and %s: %s', (word, name, matches) => {
  expect(new WordPattern(word).matches(name)).toBe(matches);
});

it('knows what says nothing', () => {
  expect(new WordPattern('*').isTelling).toBe(false);
  expect(new WordPattern('$FILE').isTelling).toBe(false);
  expect(new WordPattern('*.deb').isTelling).toBe(true);
});

it('takes hostile words in good time', () => {
  const start = computedMs();
  for (const word of ['*a'.repeat(20_000), '${'.repeat(50_000), '['.repeat(50_000), '$('.repeat(50_000)]) {
    new WordPattern(word).matches('a'.repeat(50_000));
  }
  expect(computedMs() - start).toBeLessThan(2000);
});
