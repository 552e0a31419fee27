import { describe, expect, it, test } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { buildUpon, isTakenFrom, mayBuild, runsAny } from '../../../src/findings/recipe/build-upon.ts';
import { Recipe } from '../../../src/findings/recipe/recipe.ts';

/** The Dockerfile, and the instruction at a line of it. */
function at(line: number, ...lines: readonly string[]) {
  const dockerfile = parseDockerfile(lines.join('\n'), 'Dockerfile');
  const instruction = dockerfile.instructions.find(({ startLine }) => startLine === line);
  if (!instruction) throw new TypeError('there is an instruction');
  return { recipe: new Recipe(dockerfile, ''), instruction };
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
  const { recipe, instruction } = at(2, ...STAGES);
  expect(buildUpon(recipe, instruction).map(({ body }) => body)).toEqual([
    'two',
    'deps AS test',
    'three',
    'test',
    'five',
  ]);
  const other = at(7, ...STAGES);
  expect(buildUpon(other.recipe, other.instruction)).toEqual([]);
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
    const { recipe, instruction } = at(2, ...STAGES, 'FROM debian', line);
    expect(isTakenFrom(recipe, instruction)).toBe(expected);
  });
});

test('only a few programs are known to build nothing', () => {
  const builds = (...words: readonly string[]): boolean => mayBuild({ words });
  for (const program of ['apt-get', '/usr/bin/apt-get', 'mkdir', 'curl']) expect(builds(program)).toBe(false);
  for (const program of ['make', './configure', 'sh', 'pip', 'npm', 'find', 'xargs', '$TOOL']) {
    expect(builds(program)).toBe(true);
  }
});

test('what is run is what RUN instructions run, and where nobody can tell it is anything', () => {
  const runs = (...lines: readonly string[]): boolean => {
    const { recipe } = at(1, 'FROM debian', ...lines);
    return runsAny(recipe.dockerfile.instructions, mayBuild);
  };
  expect(runs('RUN mkdir /a && cd /a', 'COPY make /a', 'CMD make')).toBe(false);
  expect(runs('RUN mkdir /a && make')).toBe(true);
  expect(runs('RUN ["make"]')).toBe(true);
  expect(runs('RUN <<EOF', 'make', 'EOF')).toBe(true);
  expect(runs('RUN python3 <<EOF', 'print(1)', 'EOF')).toBe(true);
});
