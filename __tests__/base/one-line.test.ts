import fc from 'fast-check';
import { expect, it } from 'vitest';
import { onOneLine } from '../../src/base/one-line.ts';

it('is what one pattern would make of short texts', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r', 'a', 'b') }), text => {
      expect(onOneLine(text)).toBe(text.replace(/\s*[\r\n]+\s*/g, ' '));
    }),
  );
});
