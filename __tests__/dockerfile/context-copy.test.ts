import { describe, expect, it } from 'vitest';
import { isAddress, readContextCopy } from '../../src/dockerfile/context-copy.ts';
import { parseDockerfile } from '../../src/dockerfile/dockerfile.ts';

function read(line: string) {
  const [, instruction] = parseDockerfile(`FROM a\n${line}`, 'Dockerfile').instructions;
  if (!instruction) throw new TypeError('no instruction');
  return readContextCopy(instruction, '\\');
}

describe('what a COPY takes from the context', () => {
  it.each([
    ['COPY a b /c/', ['a', 'b'], '/c/'],
    ['COPY --chown=1:1 . .', ['.'], '.'],
    ['COPY ["a b", "/c d"]', ['a b'], '/c d'],
    ['ADD https://example.org/x a /c/', ['a'], '/c/'],
    ['ADD a\\ b /c', ['a b'], '/c'],
  ])('%s', (line, sources, destination) => {
    expect(read(line)).toMatchObject({ sources, destination, keepsParents: false });
  });

  it.each([
    'COPY --from=b /a /c',
    'ADD https://example.org/x /c',
    'ADD git@example.org:a.git /c',
    'RUN a b',
    'COPY a',
  ])('%s takes nothing', line => expect(read(line)).toBeNull());

  it('says what it leaves out', () => {
    expect(read('ADD a https://example.org/x /c/')?.hasAddresses).toBe(true);
    expect(read('COPY --parents a/b /c/')?.keepsParents).toBe(true);
  });
});

it.each([
  ['git://example.org/a', true],
  ['HTTP://example.org/a', true],
  ['a/b', false],
  ['github.com/a/b', false],
])('%s is an address: %s', (text, is) => {
  expect(isAddress(text)).toBe(is);
});
