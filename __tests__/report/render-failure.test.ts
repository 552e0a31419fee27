import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failureAnnotations } from '../../src/report/annotation.ts';
import { failureOf, parseFailure } from '../../src/report/failure.ts';
import { renderFailure } from '../../src/report/markdown/render-failure.ts';
import { hostileText } from '../base/hostile-text.ts';
import { failedReport } from './failed-report.ts';

it('is a headline, the error with its remedy, and the last lines', async () => {
  await expect(renderFailure(failureOf(failedReport()))).toMatchFileSnapshot('../golden/failed.comment.md');
});

it('of a leg that handed nothing over has its name and the reason', () => {
  const text = renderFailure({ name: 'app', reason: 'No report arrived; see the run of its job.' });
  expect(text).toBe('### app: **no report**\n\n> [!CAUTION]\n> No report arrived; see the run of its job.\n');
});

it('is read back with what an older version leaves out', () => {
  const { code, message } = failedReport().error;
  const old = { ...failedReport(), error: { code, message } };
  expect(parseFailure(JSON.stringify(old))?.error).toEqual({
    ...{ code, message, remedy: '', excerpt: [], location: null },
  });
  expect(parseFailure(JSON.stringify(failedReport()))).toEqual(failedReport());
});

it('shows at most twenty lines, each of a bounded length, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(hostileText, { maxLength: 40 }), hostileText, (excerpt, text) => {
      const body = renderFailure(failureOf(failedReport({ excerpt, message: text, remedy: text })));
      expect(body.length).toBeLessThan(60_000);
      expect(body.split('\n').filter(line => /^\s*::/.test(line) || line.includes('##['))).toEqual([]);
      const fences = body.split('\n').filter(line => /^`{3,}/.test(line));
      if (excerpt.length > 0) expect(fences.at(0)?.replace('text', '')).toBe(fences.at(-1));
    }),
  );
});

it('is an annotation at its line, with the last that was printed', () => {
  expect(failureAnnotations(failedReport())).toEqual([
    expect.objectContaining({
      ...{ level: 'error', file: 'Dockerfile', startLine: 3, endLine: 4, title: 'The build failed' },
      message: expect.stringMatching(
        /exit code: 2\. Correct .* It printed last: make: \*\*\* \[app\] Error 1$/,
      ),
    }),
  ]);
  expect(failureAnnotations(failedReport({ location: null }))).toEqual([]);
});
