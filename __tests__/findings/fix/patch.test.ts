import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchBetween } from '../../../src/findings/fix/patch.ts';

const between = (before: string, after: string) => patchBetween('Dockerfile', before, after);

describe('the patch between two texts', () => {
  it.each([
    ['one line that changes', 'a\nb\nc\n', 'a\nx\nc\n', 2, ['b'], ['x']],
    ['two lines with one between', 'a\nb\nc\n', 'x\nb\ny\n', 1, ['a', 'b', 'c'], ['x', 'b', 'y']],
    ['a line that is put in, with the one before', 'a\nb\n', 'a\nx\nb\n', 1, ['a'], ['a', 'x']],
    ['a line that is put at the top, with the one behind', 'a\n', 'x\na\n', 1, ['a'], ['x', 'a']],
    ['a line that is put at the end', 'a\nb\n', 'a\nb\nx\n', 2, ['b'], ['b', 'x']],
    ['lines that are taken away', 'a\nb\nc\n', 'a\n', 2, ['b', 'c'], []],
    ['a file without a last newline', 'a\nb', 'a\nx', 2, ['b'], ['x']],
    ['line ends of Windows', 'a\r\nb\r\n', 'a\r\nx\r\n', 2, ['b\r'], ['x\r']],
  ])('is %s', (_what, before, after, startLine, gone, come) => {
    expect(between(before, after)).toEqual({ file: 'Dockerfile', startLine, before: gone, after: come });
  });

  it.each([
    ['the same text', 'a\n', 'a\n'],
    ['another last newline', 'a\n', 'a'],
    ['an empty file', '', 'a\n'],
    ['a change that is too long', `${'a\n'.repeat(500)}`, 'b\n'],
    ['a line that is too long', 'a\n', 'b'.repeat(40_000)],
  ])('is none for %s', (_what, before, after) => {
    expect(between(before, after)).toBeNull();
  });

  it('leads from one to the other, and is as short as can be', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const patch = between(`${before.join('\n')}\n`, `${after.join('\n')}\n`);
        if (patch === null) {
          expect(after).toEqual(before);
          return;
        }
        const start = patch.startLine - 1;
        expect(before.slice(start, start + patch.before.length)).toEqual(patch.before);
        const made = [
          ...before.slice(0, start),
          ...patch.after,
          ...before.slice(start + patch.before.length),
        ];
        expect(made).toEqual(after);
        if (patch.before.length > 1) expect(patch.before[0]).not.toBe(patch.after[0]);
        if (patch.before.length > 1) expect(patch.before.at(-1)).not.toBe(patch.after.at(-1));
      }),
    );
  });
});
