// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles
import { describe, expect, it, test } from 'vitest';
import { BuiltDockerfile } from '../../../src/dockerfile/built-dockerfile.ts';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import {
  buildUpon,
  findChain,
  findNeededStages,
  isTakenFrom,
} from '../../../src/findings/dockerfile/stage-graph.ts';
import { copyPlaces } from '../../../src/findings/order/copy-place.ts';
import { computedMs } from '../../support/computed.ts';

function dockerfile(
  lines: readonly string[],
  target = '',
  buildArgs: Record<string, string> = {},
): BuiltDockerfile {
  const dockerfile = parseDockerfile(lines.join('\n'), 'Dockerfile');
  return new BuiltDockerfile(dockerfile, target, new Map(Object.entries(buildArgs)));
}

describe('the stages that a target needs', () => {
  const lines = [
    'ARG SOURCE=one',
    'FROM a AS one',
    'RUN one',
    'FROM one AS two',
    'RUN two',
    'FROM b AS three',
    'RUN three',
    'FROM c AS four',
    'FROM scratch AS last',
    'COPY --from=two /x /x',
    'RUN --mount=type=bind,from=2,source=/x,target=/y true',
  ];

  it.each([
    ['', ['one', 'two', 'three', 'last']],
    ['two', ['one', 'two']],
    ['four', ['four']],
    ['none', []],
  ])('target %j', (target, names) => {
    expect(findNeededStages(dockerfile(lines, target)).map(({ name }) => name)).toEqual(names);
  });

  it('follows arguments', () => {
    const more = [...lines, 'FROM $SOURCE', 'COPY --from=${SOURCE} /x /x'];
    const names = (given: Record<string, string>) =>
      findNeededStages(dockerfile(more, '', given)).map(({ name }) => name);
    expect(names({})).toEqual(['one', null]);
    expect(names({ SOURCE: 'four' })).toEqual(['four', null]);
  });

  it('lists what a stage is made of', () => {
    const given = dockerfile(lines);
    const [, two] = findNeededStages(given);
    expect(two && findChain(given, two).map(({ body }) => body)).toEqual(['one', 'two']);
  });

  it('takes stages that name themselves or each other', () => {
    const given = dockerfile(['FROM b AS a', 'COPY --from=b /x /x', 'FROM a AS b', 'COPY --from=b /x /x']);
    expect(findNeededStages(given).map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

it('looks at no Dockerfile that nobody wrote by hand', () => {
  const run = `RUN apt-get install -y ${'x '.repeat(2000)}`;
  const lines = Array.from({ length: 249 }, () => ['COPY src /src', run]).flat();
  const started = computedMs();
  expect(copyPlaces(dockerfile(['FROM a', ...lines]))).toHaveLength(249);
  expect(computedMs() - started).toBeLessThan(15_000);
  expect(copyPlaces(dockerfile(['FROM a', ...lines, ...lines]))).toEqual([]);
});

it('walks through thousands of stages', () => {
  const lines = Array.from({ length: 3000 }, (_, index) => `FROM s${index - 1} AS s${index}`);
  const started = computedMs();
  const given = dockerfile(lines);
  expect(findNeededStages(given)).toHaveLength(3000);
  for (const stage of findNeededStages(given)) findChain(given, stage);
  expect(computedMs() - started).toBeLessThan(10_000);
});

/** The Dockerfile, and the instruction at a line of it. */
function at(line: number, ...lines: readonly string[]) {
  const dockerfile = parseDockerfile(lines.join('\n'), 'Dockerfile');
  const instruction = dockerfile.instructions.find(({ startLine }) => startLine === line);
  if (!instruction) throw new TypeError('there is an instruction');
  return { dockerfile: new BuiltDockerfile(dockerfile, ''), instruction };
}

const STAGES = [
  'FROM debian AS deps',
  'RUN one',
  'RUN two',
  'FROM deps AS test',
  'RUN three',
  'FROM debian AS other',
  'RUN four',
  'FROM test',
  'RUN five',
];

test('what is built upon an instruction is behind it, in its stage and in those that come from that', () => {
  const { dockerfile, instruction } = at(2, ...STAGES);
  expect(buildUpon(dockerfile, instruction).map(({ body }) => body)).toEqual([
    'two',
    'deps AS test',
    'three',
    'test',
    'five',
  ]);
  const other = at(7, ...STAGES);
  expect(buildUpon(other.dockerfile, other.instruction)).toEqual([]);
});

describe('whether files are taken from its stage', () => {
  it.each([
    ['COPY --from=deps /a /a', true],
    ['COPY --from=DEPS /a /a', true],
    ['COPY --from=0 /a /a', true],
    ['COPY --from=test /a /a', true],
    ['RUN --mount=type=bind,from=deps,target=/x true', true],
    ['COPY --from=other /a /a', false],
    ['COPY --from=2 /a /a', false],
    ['COPY deps /a', false],
  ])('%s: %s', (line, expected) => {
    const { dockerfile, instruction } = at(2, ...STAGES, 'FROM debian', line);
    expect(isTakenFrom(dockerfile, instruction)).toBe(expected);
  });
});
