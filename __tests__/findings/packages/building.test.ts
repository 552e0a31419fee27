import { expect, test } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { mayBuild, runsAny } from '../../../src/findings/packages/building.ts';

test('only a few programs are known to build nothing', () => {
  const builds = (...words: readonly string[]): boolean => mayBuild({ words });
  for (const program of ['apt-get', '/usr/bin/apt-get', 'mkdir', 'curl']) expect(builds(program)).toBe(false);
  for (const program of ['make', './configure', 'sh', 'pip', 'npm', 'find', 'xargs', '$TOOL']) {
    expect(builds(program)).toBe(true);
  }
});

test('what is run is what RUN instructions run, and where nobody can tell it is anything', () => {
  const runs = (...lines: readonly string[]): boolean => {
    const { instructions } = parseDockerfile(['FROM debian', ...lines].join('\n'), 'Dockerfile');
    return runsAny(instructions, mayBuild);
  };
  expect(runs('RUN mkdir /a && cd /a', 'COPY make /a', 'CMD make')).toBe(false);
  expect(runs('RUN mkdir /a && make')).toBe(true);
  expect(runs('RUN ["make"]')).toBe(true);
  expect(runs('RUN <<EOF', 'make', 'EOF')).toBe(true);
  expect(runs('RUN python3 <<EOF', 'print(1)', 'EOF')).toBe(true);
});
