import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Patch } from '../../src/findings/fix/patch-lines.ts';
import { patchMarkdown } from '../../src/report/markdown/findings-section.ts';
import { renderMarkdown } from '../../src/report/markdown/render-markdown.ts';
import { hostileText } from '../base/hostile-text.ts';
import { patched } from './patched-report.ts';

const patch = (before: readonly string[], after: readonly string[]): Patch => ({
  ...{ file: 'Dockerfile', startLine: 2, before, after },
});

describe('a patch in a comment', () => {
  it('is one block of an item, whatever its lines say', () => {
    const lines = fc.array(hostileText, { minLength: 1, maxLength: 4 });
    let shown = 0;
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const text = patchMarkdown(patch(before, after));
        if (text === null) return;
        shown += 1;
        const [summary, , open = '', ...rest] = text.split('\n');
        const close = rest.length - 3;
        expect(summary).toBe('  <details><summary>The fix</summary>');
        expect(open).toMatch(/^ {2}`{3,}diff$/);
        expect(rest.slice(close)).toEqual([open.replace('diff', ''), '', '  </details>']);
        const fence = open.trim().replace('diff', '');
        for (const line of rest.slice(0, close)) {
          expect(line).toMatch(/^ {2}[-+ ]/);
          expect(line).not.toContain(fence);
          expect(line).not.toMatch(/##\[|^\s*::|[\p{Cc}\p{Cf}]/u);
        }
      }),
    );
    expect(shown).toBeGreaterThan(20);
  });

  it.each([
    [
      'more lines than one reads there',
      patch(
        ['a'],
        Array.from({ length: 40 }, () => 'b'),
      ),
    ],
    ['more text than one reads there', patch(['a'], ['b'.repeat(3000)])],
    ['a command to the runner', patch(['a'], ['RUN echo ##[error]x'])],
    ['another one', patch(['  ::error::x', 'a'], ['  ::error::x'])],
  ])('is not shown with %s', (_what, given) => {
    expect(patchMarkdown(given)).toBeNull();
  });

  it('shows line ends of Windows as what they are, nothing', () => {
    expect(patchMarkdown(patch(['RUN a\r'], ['RUN b\r']))).toContain('  -RUN a\n  +RUN b\n');
  });

  it('makes no other section give way', () => {
    const report = patched();
    const [finding] = report.findings;
    const long = (name: string) =>
      patch(
        [`RUN ${name}`],
        Array.from({ length: 30 }, (_, line) => `RUN ${line} ${'x'.repeat(80)}`),
      );
    const findings = Array.from(
      { length: 12 },
      (_, index) => finding && { ...finding, patch: long(`${index}`) },
    ).filter(each => each !== undefined);
    const text = renderMarkdown({ ...report, findings, combinedPatches: [] });
    expect(text.match(/<summary>The fix<\/summary>/g)).toHaveLength(4);
    expect(text).toContain('<summary>Largest waste');
  });

  it('is shown once, however many findings it mends', () => {
    const report = patched();
    const [finding] = report.findings;
    const same = patch(['RUN a'], ['RUN b']);
    const findings = finding ? [1, 2].map(() => ({ ...finding, patch: same })) : [];
    const text = renderMarkdown({ ...report, findings, combinedPatches: [] });
    expect(text.match(/^-RUN a$/gm)).toHaveLength(1);
    const alone = renderMarkdown({ ...report, findings, combinedPatches: [], comparison: null });
    expect(alone.match(/<summary>The fix<\/summary>/g)).toHaveLength(1);
  });
});
