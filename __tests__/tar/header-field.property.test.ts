import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/packages/collected-text.ts';
import { bytesOfText, readText } from '../../src/tar/header-field.ts';
import { times } from '../support/long.ts';

function textOf(bytes: Buffer): string {
  return readText(bytes, 0, bytes.length);
}

describe('the text of a name', () => {
  it('is what lists of packages name it by', () => {
    const names = ['plain', 'caf\xe9', 'a\\xe9', '\xc3\xa9\\xff', 'a\\x2d'].map(name =>
      Buffer.from(name, 'latin1'),
    );
    for (const name of names) expect(decodeText(name)).toBe(textOf(name));
  });

  it.each([
    ['plain', 'plain'],
    ['caf\xe9', 'caf\\xe9'],
    // As systemd escapes a hyphen, and a letter that is no ASCII.
    ['a\\x2db.slice', 'a\\x2db.slice'],
    ['a\\xe9', 'a\\x5cxe9'],
    ['a\\x5cxe9', 'a\\x5cx5cxe9'],
    ['\\x5c', '\\x5c'],
    ['\xc3\xa9\\xff', 'é\\x5cxff'],
    ['\xff\\xff', '\\xff\\x5cxff'],
  ])('%j reads as %j', (name, text) => {
    const bytes = Buffer.from(name, 'latin1');
    expect(textOf(bytes)).toBe(text);
    expect(bytesOfText(text)).toEqual(bytes);
  });

  it('gives the bytes back, whatever they are', () => {
    const pieces = ['\\', 'x', '5c', 'x5c', '\\xff', 'e9', 'é', '😀', '/', 'a'].map(text =>
      Buffer.from(text),
    );
    const piece = fc.oneof(
      fc.constantFrom(...pieces),
      fc.uint8Array({ minLength: 1, maxLength: 3 }).map(bytes => Buffer.from(bytes.map(byte => byte || 1))),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), parts => {
        const bytes = Buffer.concat(parts);
        expect(bytesOfText(textOf(bytes))).toEqual(bytes);
        expect(textOf(bytes).isWellFormed()).toBe(true);
      }),
      { numRuns: times(2000) },
    );
  });
});
