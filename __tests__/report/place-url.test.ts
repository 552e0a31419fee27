import fc from 'fast-check';
import { expect, it } from 'vitest';
import { placeUrl } from '../../src/report/place-url.ts';
import { hostileText } from '../base/hostile-text.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';

const context = {
  commit: 'def5678',
  repositoryUrl: 'https://github.com/acme/app/',
  runUrl: null,
  baseline: null,
};

it.each([
  ['Dockerfile', 'Dockerfile#L3-L4'],
  ['./docker/app (1).Dockerfile', 'docker/app%20%281%29.Dockerfile#L3-L4'],
])('links to the lines of %s', (file, end) => {
  expect(placeUrl(context, instructionAt(3, 'RUN a \\\n b', file))).toBe(
    `https://github.com/acme/app/blob/def5678/${end}`,
  );
});

it.each(['/etc/Dockerfile', '../Dockerfile', 'a/../../b', '', 'a//b'])('does not link to "%s"', file => {
  expect(placeUrl(context, instructionAt(3, 'RUN a', file))).toBeNull();
});

it('links only where the repository and the commit are known', () => {
  const location = instructionAt(3, 'RUN a');
  expect(placeUrl({ ...context, commit: null }, location)).toBeNull();
  expect(placeUrl({ ...context, commit: 'main' }, location)).toBeNull();
  expect(placeUrl({ ...context, repositoryUrl: null }, location)).toBeNull();
  expect(placeUrl({ ...context, repositoryUrl: 'javascript:alert(1)//' }, location)).toBeNull();
});

it('stays one address below the repository', () => {
  fc.assert(
    fc.property(hostileText, file => {
      const url = placeUrl(context, instructionAt(1, 'RUN a', file));
      if (url === null) return;
      expect(url).toMatch(/^https:\/\/github\.com\/acme\/app\/blob\/def5678\/[A-Za-z0-9\-._~%/]+#L1$/);
      expect(new URL(url).pathname).toMatch(/^\/acme\/app\/blob\/def5678\//);
    }),
  );
});
