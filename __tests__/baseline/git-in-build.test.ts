import { expect, it } from 'vitest';
import { gitInBuildNotice } from '../../src/baseline/git-in-build.ts';
import type { BuildStep } from '../../src/build/build-result.ts';
import { computedMs } from '../support/computed.ts';

const REST = { durationMs: 1, pullMs: 0, onFinalChain: true, platform: null, outcome: 'executed' } as const;

function isTold(path: string, step: Pick<BuildStep, 'name' | 'instruction'>): boolean {
  return gitInBuildNotice([{ path, bytes: 20 }], [{ ...REST, ...step }]) !== null;
}

it.each([
  ['RUN git describe --tags > /version', true],
  ['RUN cd /src && git -C /src rev-parse HEAD', true],
  ['[build 2/3] RUN git -c safe.directory=/app log -1', true],
  ['RUN go build -ldflags "-X main.version=$(git describe --always)"', true],
  ['RUN VERSION=`/usr/bin/git --no-pager --git-dir /src/.git show` make', true],
  ["RUN sh -c 'git ls-files | xargs wc'", true],
  ['RUN git archive HEAD | tar x -C /out', true],
  ['RUN git branch --show-current; git name-rev HEAD', true],
  ['RUN apt-get install -y git', false],
  ['RUN git clone https://example.org/x.git', false],
  ['RUN git -C describe', false],
  ['COPY git log /', false],
])('a build that asks git is told: %s', (name, expected) => {
  expect(isTold('.git/HEAD', { name, instruction: null })).toBe(expected);
  expect(isTold('dist/a', { name, instruction: null })).toBe(false);
});

it('reads all lines of a step whose name is cut', () => {
  const text = `RUN make \\\n ${'x '.repeat(300)} && git \\\n describe`;
  const instruction = { file: 'Dockerfile', startLine: 1, endLine: 3, text };
  expect(isTold('.git/HEAD', { name: `${text.slice(0, 299)}…`, instruction })).toBe(true);
});

it.each(['-c ', '- ', 'git ', '-c x ', 'git -c ', '\\', '('])('takes no time for %j over and over', part => {
  const before = computedMs();
  expect(isTold('.git/HEAD', { name: `RUN git ${part.repeat(100_000)}x`, instruction: null })).toBe(false);
  expect(computedMs() - before).toBeLessThan(1000);
});
