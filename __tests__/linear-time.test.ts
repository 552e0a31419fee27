import { expect, it } from 'vitest';
import { credentialsIn, withoutCredentials } from '../src/base/credentials.ts';
import { parseSize } from '../src/base/number-text.ts';
import { onOneLine } from '../src/base/one-line.ts';
import { readProgressLine } from '../src/build/progress-event.ts';
import { publicName } from '../src/build/step-name.ts';
import { parseDockerfile } from '../src/dockerfile/dockerfile.ts';

/** Texts of others that a pattern is run over: none takes the square of its length. */
const LENGTH = 131_072;
const many = (part: string): string => part.repeat(LENGTH / part.length);
const spaces = many(' ');
const instruction = (text: string) => ({ file: 'Dockerfile', startLine: 1, endLine: 1, text });

it.each<readonly [string, () => unknown]>([
  ['lines with a gap', () => onOneLine(`a${spaces}b\nc`)],
  ['an instruction with a gap', () => publicName('x', 'exec', instruction(`RUN a${spaces}b`), new Map())],
  ['an instruction of blank lines', () => publicName('x', 'exec', instruction(many(' \\\n')), new Map())],
  [
    'the name of a step',
    () => readProgressLine(JSON.stringify({ vertexes: [{ digest: 'x', name: spaces }] })),
  ],
  ['beginnings of addresses', () => withoutCredentials(many('://'))],
  ['beginnings of addresses behind an @', () => withoutCredentials(`@${many('://')}`)],
  ['beginnings of logins', () => credentialsIn(many('=a:'))],
  ['beginnings of logins behind an @', () => credentialsIn(`@${many('=a:')}`)],
  ['signs of logins', () => credentialsIn(`x:${many('@')}sha1:`)],
  ['names of headers', () => withoutCredentials(many('authorization '))],
  ['parameters', () => withoutCredentials(many('&token'))],
  ['a directive with a gap', () => parseDockerfile('Dockerfile', `# syntax=a${spaces}b\nFROM a\n`)],
  ['a size with a gap', () => parseSize(`1${spaces}1`)],
])('%s take no more than some seconds', (_what, read) => {
  const start = performance.now();
  read();
  expect(performance.now() - start).toBeLessThan(3000);
});
