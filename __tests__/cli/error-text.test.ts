import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { wrapErrorLines } from '../../src/cli/error-text.ts';
import { hostileText } from '../base/hostile-text.ts';
import { forgedCommands } from '../support/e2e/runner.ts';

it('breaks sentences between words, and neither paths nor what a step printed', () => {
  const lines = [
    'deadweight: There is no Dockerfile at services/api/docker/Dockerfile (looked at /home/user/monorepo/services/api/docker/Dockerfile).',
    '  npm error code ERESOLVE: unable to resolve dependency tree of the customer portal',
    'Name the Dockerfile, relative to the working directory: with --file (-f), or see https://docs.docker.com/reference/dockerfile/#format.',
  ];
  expect(wrapErrorLines(lines, 60).split('\n')).toEqual([
    'deadweight: There is no Dockerfile at',
    'services/api/docker/Dockerfile (looked at',
    '/home/user/monorepo/services/api/docker/Dockerfile).',
    '  npm error code ERESOLVE: unable to resolve dependency tree of the customer portal',
    'Name the Dockerfile, relative to the working directory: with',
    '--file (-f), or see',
    'https://docs.docker.com/reference/dockerfile/#format.',
  ]);
  expect(wrapErrorLines(lines, 400).split('\n')).toEqual(lines);
  expect(wrapErrorLines(['deadweight: "/tmp/顧客 ポータル/app.tar" is not an image.'], 30)).toBe(
    'deadweight:\n"/tmp/顧客 ポータル/app.tar"\nis not an image.',
  );
  expect(wrapErrorLines(['process "/bin/sh -c npm ci --omit=dev && npm run build" failed'], 40)).toBe(
    'process "/bin/sh -c npm ci --omit=dev &&\nnpm run build" failed',
  );
});

it('begins no line with a command where a sentence is broken', () => {
  const shown = wrapErrorLines(
    ['deadweight: the step said \t::error::forged, and no more was to be seen'],
    20,
  );
  expect(forgedCommands(shown)).toEqual([]);
});

it('fits but for paths, and commands nobody, whatever a message says', () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 20, max: 100 }), (text, columns) => {
      const shown = wrapErrorLines([`deadweight: ${text}`], columns);
      expect(forgedCommands(shown)).toEqual([]);
      for (const line of shown.split('\n')) {
        if (!/[/\\\t]/.test(line) && !line.startsWith(' '))
          expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      }
    }),
  );
});
