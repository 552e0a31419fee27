// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { instructionRanges, scanInstructions } from '../../src/dockerfile/instruction-ranges.ts';
import { times } from '../support/long.ts';
import { oddDockerfiles } from './odd-dockerfile.ts';

/** What most Dockerfiles are made of, in any order. */
const PIECES = [
  ...['RUN', 'FROM a', 'run x', 'COPY --from=a b c', 'ENV A=1', 'ONBUILD RUN x', '&& y', 'x', '["a"]', '$X'],
  ...[
    '\\',
    '\\\n',
    '\n',
    '\n',
    ' ',
    '\t',
    '# c',
    '# c=d',
    '#',
    '"',
    "'",
    '\\\n#c\n',
    'a\\b',
    '; \\\n',
    '`',
    '${A:-b}',
  ],
];

const plainDockerfiles = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 30 })
  .map(pieces => pieces.join(''));

it.each([
  ['plain', plainDockerfiles],
  ['odd', oddDockerfiles()],
] as const)('cuts %s files alike, whoever reads them', (_name, texts) => {
  fc.assert(
    fc.property(texts, text => {
      const lines = text.split('\n');
      expect(instructionRanges(lines, '\\')).toEqual(scanInstructions(lines, '\\'));
    }),
    { numRuns: times(2_000, 200_000) },
  );
});

it.each(['# hadolint ignore=a # deadweight ignore=b', '#a=b\t# c d=e', '# syntax=a\n# b = c#d # e=f'])(
  'loses no instruction to the comment above it: %j',
  comment => {
    const lines = `${comment}\nFROM a\nRUN b`.split('\n');
    expect(instructionRanges(lines, '\\')).toEqual(scanInstructions(lines, '\\'));
  },
);

it.each([
  ['assignments in comments', '# c=d #'],
  ['empty lines', '\n'],
  ['comments that look like continuations', '# c \\\n'],
  ['continuations', 'x \\\n'],
  ['blanks', ' '],
  ['escapes', '\\ '],
])('takes a time that grows with the length: %s', (_name, piece) => {
  const timeOf = (count: number): number => {
    const lines = `FROM a\n${piece.repeat(count)}\nRUN x\n`.split('\n');
    const before = process.cpuUsage();
    instructionRanges(lines, '\\');
    return process.cpuUsage(before).user / 1000;
  };
  expect(timeOf(80_000)).toBeLessThan(20 * timeOf(20_000) + 500);
});
