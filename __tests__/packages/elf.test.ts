import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RangeReading } from '../../src/layer/collector.ts';
import type { JsonValue } from '../../src/layer/json-value.ts';
import { elfCollector, StrippableFiles } from '../../src/packages/elf/elf-collector.ts';
import { type ElfSpec, fabricateElf } from '../support/fabricate/elf.ts';
import { times } from '../support/long.ts';
import { file as entry } from '../support/scans/scan.ts';
import { fixture } from './packaged.ts';

function read(bytes: Buffer): JsonValue {
  const reading = new RangeReading(elfCollector, entry('app', bytes.length, { mode: 0o755 }), bytes.length);
  reading.take(bytes, 0);
  return reading.value;
}

const LOADED = [
  { name: '.text', isLoaded: true, size: 50_000 },
  { name: '.dynsym', type: 11, isLoaded: true, size: 900, link: '.dynstr' },
  { name: '.dynstr', type: 3, isLoaded: true, size: 700 },
  { name: '.bss', type: 8, isLoaded: true, size: 9_000_000 },
];
const DEBUG = [
  { name: '.debug_info', size: 30_000 },
  { name: '.debug_line', size: 20_000 },
  { name: '.zdebug_str', size: 5_000 },
];
const SYMBOLS = [
  { name: '.symtab', type: 2, size: 4_000, link: '.strtab' },
  { name: '.strtab', type: 3, size: 3_000 },
];
const REST = [
  { name: '.comment', size: 40 },
  { name: '.note.x', type: 7, size: 60 },
  { name: '.gnu_debuglink', size: 24 },
];
const ALL = [...LOADED, ...REST, ...DEBUG, ...SYMBOLS];

const FORMS: readonly (readonly [string, Partial<ElfSpec>, number])[] = [
  ['64 bits, little end first', {}, 64],
  ['64 bits, big end first', { isLittleEndian: false }, 64],
  ['32 bits, little end first', { is64: false }, 40],
  ['32 bits, big end first', { is64: false, isLittleEndian: false }, 40],
  ['headers before the rest', { headersFirst: true }, 64],
  ['an executable at a fixed place', { type: 2 }, 64],
  ['padding behind it', { payload: 4000 }, 64],
];

describe('what strip takes away', () => {
  it.each(FORMS)('is told of %s', (_name, form, header) => {
    const told = { debug: 55_000 + 3 * header, symbols: 7_000 + 2 * header };
    expect(read(fabricateElf({ ...form, sections: ALL }))).toEqual(told);
  });

  it('is nothing of what is loaded, of notes, and of a link to a debug file', () => {
    expect(read(fabricateElf({ sections: [...LOADED, ...REST] }))).toBeNull();
  });

  it('are symbols alone where there is no debug information', () => {
    const sections = [...LOADED, ...REST, ...SYMBOLS];
    expect(read(fabricateElf({ sections }))).toEqual({ debug: 0, symbols: 7_128 });
  });

  it('are relocations with the symbols that they are about', () => {
    const sections = [...LOADED, ...SYMBOLS, { name: '.rela.text', type: 4, size: 6_000 }];
    expect(read(fabricateElf({ sections }))).toEqual({ debug: 0, symbols: 13_192 });
  });

  it('leaves the names of the sections, also when the names of symbols are among them', () => {
    const symtab = { name: '.symtab', type: 2, size: 4_000, link: '.shstrtab' };
    expect(read(fabricateElf({ sections: [...LOADED, symtab] }))).toEqual({ debug: 0, symbols: 4_064 });
  });

  it('is told by several large sections where the names are out of reach', () => {
    const told = { debug: 55_000 + 3 * 64, symbols: 7_128 };
    expect(read(fabricateElf({ sections: ALL, gap: 100_000 }))).toEqual(told);
    const few = [...LOADED, ...REST, ...DEBUG.slice(0, 2), ...SYMBOLS];
    expect(read(fabricateElf({ sections: few, gap: 100_000 }))).toEqual({ debug: 0, symbols: 7_128 });
  });

  it.each([
    ['an object file', { type: 1 }],
    ['a core dump', { type: 4 }],
    ['a program that reads what is behind it', { payload: 5_000 }],
  ])('is nothing of %s', (_name, form) => {
    expect(read(fabricateElf({ ...form, sections: ALL }))).toBeNull();
  });

  it('is asked of programs and shared objects of some size only', () => {
    const wants = (path: string, size: number, mode: number): boolean =>
      elfCollector.wants(entry(path, size, { mode }));
    expect(wants('usr/bin/app', 20_000, 0o755)).toBe(true);
    expect(wants('usr/bin/app', 20_000, 0o644)).toBe(false);
    expect(wants('usr/bin/app', 16_000, 0o755)).toBe(false);
    for (const name of ['libx.so', 'libx.so.1.2.3', 'x.cpython-312-x86_64-linux-gnu.so', 'addon.node']) {
      expect(wants(`usr/lib/${name}`, 20_000, 0o644)).toBe(true);
    }
    for (const name of ['libx.so.txt', 'x.sox', 'so', 'node']) {
      expect(wants(`usr/lib/${name}`, 20_000, 0o644)).toBe(false);
    }
  });
});

describe('what compilers wrote', () => {
  // gcc 12.2 -g with both linkers of binutils 2.40; the sizes are what its `strip` left.
  it.each([
    ['words-bfd', 14_496],
    ['words-gold', 6_440],
  ])(
    '%s is told to shrink as far as strip shrinks it, but for the names of what is gone',
    (name, stripped) => {
      const bytes = fixture(`elf/${name}.gz`);
      const { debug, symbols } = Object(read(bytes));
      const saved = bytes.length - stripped;
      expect(saved - debug - symbols).toBeGreaterThanOrEqual(0);
      expect(saved - debug - symbols).toBeLessThan(200);
      expect(debug).toBeGreaterThan(0);
      expect(symbols).toBeGreaterThan(0);
    },
  );
});

/** Whatever the bytes are, no more is told than the file has. */
function isSound(bytes: Buffer): void {
  const value = read(bytes);
  if (value === null) return;
  expect(value).toEqual({ debug: expect.any(Number), symbols: expect.any(Number) });
  const { debug, symbols } = Object(value);
  expect(Number.isSafeInteger(debug) && debug >= 0).toBe(true);
  expect(Number.isSafeInteger(symbols) && symbols >= 0).toBe(true);
  expect(debug + symbols).toBeLessThan(bytes.length);
}

describe('hostile files', () => {
  const originals = FORMS.map(([, form]) => fabricateElf({ ...form, sections: ALL }));

  it('of any bytes behind the magic are harmless', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 100, maxLength: 4_000 }), fc.nat(3), (noise, form) => {
        const bytes = Buffer.concat([Buffer.from(noise), Buffer.alloc(20_000)]);
        bytes.write('\x7fELF', 'latin1');
        bytes.set([1 + (form & 1), 1 + (form >> 1), 1], 4);
        isSound(bytes);
      }),
      { numRuns: times(500) },
    );
  });

  it('whose header or section headers say anything are harmless', () => {
    const value = fc.oneof(fc.constantFrom(0, 0xff, 0x80, 0x7f, 1), fc.nat(255));
    const changes = fc.array(fc.tuple(fc.nat(1_100), value), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.nat(originals.length - 1), fc.boolean(), changes, (which, inHeader, changed) => {
        const bytes = Buffer.from(originals[which] ?? []);
        for (const [place, byte] of changed) {
          const at = inHeader ? 16 + (place % 48) : bytes.length - 1 - place;
          bytes[at] = byte;
        }
        isSound(bytes);
      }),
      { numRuns: times(1_000) },
    );
  });

  it('that end early are harmless', () => {
    for (const original of originals) {
      for (let length = 0; length < original.length; length += 997) isSound(original.subarray(0, length));
    }
  });

  it('whose sections lie upon each other count each byte once', () => {
    const bytes = fabricateElf({ sections: ALL });
    const table = Number(bytes.readBigUInt64LE(0x28));
    for (let index = 1; index <= ALL.length; index += 1) {
      bytes.writeBigUInt64LE(64n, table + index * 64 + 24);
      bytes.writeBigUInt64LE(BigInt(table - 64), table + index * 64 + 32);
    }
    isSound(bytes);
    expect(read(bytes)).toMatchObject({ symbols: expect.any(Number) });
  });
});

describe('the files of an image', () => {
  const collected = (path: string, value: JsonValue) => ({ collected: { elf: [{ path, value }] } });

  it('are found by each of their names, in the layer that holds them', () => {
    const files = new StrippableFiles([{ collected: {} }, collected('bin/a', { debug: 5, symbols: 3 })]);
    const told = { debug: 5, symbols: 3 };
    expect(files.at({ path: 'bin/a', bytes: 100, layer: 1 })).toEqual(told);
    expect(files.at({ path: 'a', otherNames: ['bin/a'], bytes: 100, layer: 1 })).toEqual(told);
    expect(files.at({ path: 'bin/a', bytes: 100, layer: 0 })).toBeNull();
    expect(files.at({ path: 'bin/b', bytes: 100, layer: 1 })).toBeNull();
    expect(files.at({ path: 'bin/a', bytes: 8, layer: 1 })).toBeNull();
  });

  it.each<JsonValue>([
    null,
    'text',
    [1],
    { debug: -1, symbols: 0 },
    { debug: 1 },
    { debug: '1', symbols: 1 },
  ])('have nothing to say when a cache says %j', value => {
    const files = new StrippableFiles([collected('a', value)]);
    expect(files.at({ path: 'a', bytes: 100, layer: 0 })).toBeNull();
  });
});
