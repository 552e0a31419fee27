import { expect, test } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { changesPackagesAlone } from '../../../src/findings/cache/apt-use.ts';

test.each([
  ['dpkg -i /tmp/tool.deb', true],
  ['apt-mark hold curl', true],
  ['apt-get purge -y gcc', true],
  ['apt-key add k && install-something', false],
  ['dpkg-deb -x tool.deb / && install-something', false],
  ['dpkg-query -W && install-something', false],
  ['install-something', false],
])('%s changes packages by itself: %j', (run, expected) => {
  const [instruction] = parseDockerfile(`FROM a\nRUN ${run}`, 'Dockerfile').instructions.slice(1);
  expect(instruction && changesPackagesAlone(instruction)).toBe(expected);
});
