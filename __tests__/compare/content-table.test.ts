import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ContentTable } from '../../src/compare/content-table.ts';
import { isStoredContent } from '../../src/compare/stored-content.ts';

test('a content of a snapshot is 128 bits in base64url, and nothing else', () => {
  const alike = fc.stringMatching(/^[\w+/=-]{21,22}[AQgwBé]?$/);
  fc.assert(
    fc.property(fc.oneof(alike, fc.string(), fc.constant(null), fc.nat()), value => {
      expect(isStoredContent(value)).toBe(typeof value === 'string' && /^[\w-]{21}[AQgw]$/.test(value));
    }),
  );
});

const content = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(bytes => Buffer.from(bytes));

test('equal contents have one number, whether a snapshot or a scan has them, and others have another', () => {
  fc.assert(
    fc.property(fc.array(content, { maxLength: 200 }), contents => {
      const table = new ContentTable();
      const numbers = new Map<string, number>();
      for (const bytes of [...contents, ...contents]) {
        const words = Uint32Array.from({ length: 6 }, (_, index) =>
          index === 0 || index === 5 ? index : bytes.readUInt32BE((index - 1) * 4),
        );
        const number = table.addStored(bytes.toString('base64url'));
        expect(table.add(words, 1)).toBe(number);
        expect(numbers.get(bytes.toString('hex')) ?? number).toBe(number);
        numbers.set(bytes.toString('hex'), number);
      }
      expect(table.size).toBe(numbers.size);
      expect(new Set(numbers.values())).toEqual(new Set(numbers.values().toArray().keys()));
    }),
  );
});
