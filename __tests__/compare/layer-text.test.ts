import { expect, test } from 'vitest';
import { layerText, layerWords, likeness, withoutBuildArguments } from '../../src/compare/layer-text.ts';

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

test.each([
  ['RUN |2 A=1 B=two words /bin/sh -c make # buildkit', 'RUN /bin/sh -c make # buildkit'],
  ['|1 A=1 /bin/sh -c make', '/bin/sh -c make'],
  ['RUN |1 A=1 /bin/bash -o pipefail -c make', 'RUN /bin/bash -o pipefail -c make'],
  ['RUN |1 A=1 /bin/bash -ec make', 'RUN /bin/bash -ec make'],
  ['RUN |1 A=s3cret make', 'RUN …'],
  ['RUN /bin/sh -c echo |1 A=1', 'RUN /bin/sh -c echo |1 A=1'],
])('%j is kept as %j', (createdBy, kept) => {
  expect(withoutBuildArguments(createdBy)).toBe(kept);
});

test('likeness is of words, not of their order, and not of the keyword', () => {
  const like = (a: string, b: string) => likeness(layerWords(a), layerWords(b));
  expect(like('RUN a b', 'COPY b a')).toBe(1);
  expect(like('RUN a b', 'RUN b c')).toBe(0.5);
  expect(like('RUN a', 'RUN b')).toBe(0);
});
