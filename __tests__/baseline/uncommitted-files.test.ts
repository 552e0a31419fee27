import { expect, it } from 'vitest';
import { gitInBuildNotice, uncommittedNotice } from '../../src/baseline/uncommitted-files.ts';
import { fabricate } from '../support/fabricate/analysis.ts';

const sized = (path: string, bytes: number) => ({ path, bytes });

it('places of files that no commit holds are as near as all of their files allow', () => {
  const files = { 'srv/app.js': 1_000, 'srv/app.js.map': 5_000_000, 'srv/a/b.jar': 2_000 };
  const image = fabricate([{ base: true }, { createdBy: 'COPY dist /srv # buildkit', files }]);
  const found = [sized('dist/app.js', 1_000), sized('dist/app.js.map', 5_000_000), sized('b.jar', 2_000)];
  expect(uncommittedNotice(found, image)?.message).toContain('("dist/" 5.0 MB, "b.jar" 2.0 kB)');
  expect(uncommittedNotice([sized('other', 1_000)], image)).toBeNull();
});

it.each([
  ['RUN git describe --tags > /version', true],
  ['RUN cd /src && git -C /src rev-parse HEAD', true],
  ['RUN git -c safe.directory=/app log -1', true],
  ['RUN apt-get install -y git', false],
  ['RUN git clone https://example.org/x.git', false],
])('a build that asks git is told: %s', (name, isTold) => {
  const rest = { durationMs: 1, pullMs: 0, onFinalChain: true, platform: null, instruction: null } as const;
  const steps = [{ name, outcome: 'executed', ...rest } as const];
  expect(gitInBuildNotice([sized('.git/HEAD', 20)], steps) !== null).toBe(isTold);
  expect(gitInBuildNotice([sized('dist/a', 20)], steps)).toBeNull();
});
