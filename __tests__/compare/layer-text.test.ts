import { expect, test } from 'vitest';
import { layerText, layerWords, likeness } from '../../src/compare/layer-text.ts';

test.each([
  ['/bin/sh -c apt-get update', 'RUN apt-get update'],
  ['RUN /bin/sh -c apt-get update # buildkit', 'RUN apt-get update'],
  ['/bin/sh -c #(nop) COPY dir:1 in /app ', 'COPY dir:1 in /app'],
  ['COPY . /app # buildkit', 'COPY . /app'],
  ['', ''],
])('history %j reads as %j', (createdBy, text) => {
  expect(layerText({ createdBy, instruction: null })).toBe(text);
});

test('an instruction reads the same however it is laid out', () => {
  const instruction = {
    file: 'Dockerfile',
    startLine: 1,
    endLine: 3,
    text: 'run apt-get update \\\r\n  && \\\n\ttrue',
  };
  expect(layerText({ createdBy: 'x', instruction })).toBe('RUN apt-get update && true');
});

test('likeness is of words, not of their order, and not of the keyword', () => {
  const like = (a: string, b: string) => likeness(layerWords(a), layerWords(b));
  expect(like('RUN a b', 'COPY b a')).toBe(1);
  expect(like('RUN a b', 'RUN b c')).toBe(0.5);
  expect(like('RUN a', 'RUN b')).toBe(0);
});
