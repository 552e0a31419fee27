import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failureAnnotations } from '../../src/report/annotation.ts';
import { type FailureReport, failureOf, parseFailure } from '../../src/report/failure.ts';
import { renderFailure } from '../../src/report/markdown/render-failure.ts';
import { hostileText } from '../base/hostile-text.ts';

function failed(error: Partial<FailureReport['error']> = {}): FailureReport {
  return {
    schemaVersion: 2,
    kind: 'failure',
    generatedAt: '2026-01-01T00:00:00.000Z',
    tool: { name: 'deadweight', version: '1.2.3' },
    ...{ key: 'app:linux/amd64', title: 'app', platforms: ['linux/amd64'] },
    context: {
      commit: 'def5678a9b0c1d2e3f405162738495a6b7c8d9e0',
      repositoryUrl: 'https://github.com/acme/app',
      runUrl: 'https://github.com/acme/app/actions/runs/170251',
    },
    error: {
      code: 'build-failed',
      message:
        'The build failed at Dockerfile:3 (RUN make): process "/bin/sh -c make" did not complete: exit code: 2',
      remedy: 'Correct the command of that step.',
      excerpt: ['cc -o app main.c', "main.c:3:1: error: unknown type name 'int3'", 'make: *** [app] Error 1'],
      location: { file: 'Dockerfile', startLine: 3, endLine: 4 },
      ...error,
    },
  };
}

it('is a headline, the error with its remedy, and the last lines', async () => {
  await expect(renderFailure(failureOf(failed()))).toMatchFileSnapshot('../golden/failed.comment.md');
});

it('of a leg that handed nothing over has its name and the reason', () => {
  const text = renderFailure({ name: 'app', reason: 'No report arrived; see the run of its job.' });
  expect(text).toBe('### app: **no report**\n\n> [!CAUTION]\n> No report arrived; see the run of its job.\n');
});

it('is read back with what an older version leaves out', () => {
  const { code, message } = failed().error;
  const old = { ...failed(), error: { code, message } };
  expect(parseFailure(JSON.stringify(old))?.error).toEqual({
    ...{ code, message, remedy: '', excerpt: [], location: null },
  });
  expect(parseFailure(JSON.stringify(failed()))).toEqual(failed());
});

it('shows at most twenty lines, each of a bounded length, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(hostileText, { maxLength: 40 }), hostileText, (excerpt, text) => {
      const body = renderFailure(failureOf(failed({ excerpt, message: text, remedy: text })));
      expect(body.length).toBeLessThan(60_000);
      expect(body.split('\n').filter(line => /^\s*::/.test(line) || line.includes('##['))).toEqual([]);
      const fences = body.split('\n').filter(line => /^`{3,}/.test(line));
      if (excerpt.length > 0) expect(fences.at(0)?.replace('text', '')).toBe(fences.at(-1));
    }),
  );
});

it('is an annotation at its line, with the last that was printed', () => {
  expect(failureAnnotations(failed())).toEqual([
    expect.objectContaining({
      ...{ level: 'error', file: 'Dockerfile', startLine: 3, endLine: 4, title: 'The build failed' },
      message: expect.stringMatching(
        /exit code: 2\. Correct .* It printed last: make: \*\*\* \[app\] Error 1$/,
      ),
    }),
  ]);
  expect(failureAnnotations(failed({ location: null }))).toEqual([]);
});
