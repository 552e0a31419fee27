import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { TarHeader } from '../../src/tar/header.ts';
import { TarParser } from '../../src/tar/tar-parser.ts';
import { readPositioned, readStreamed } from './collect.ts';
import { GNU, padded, paxHeader, rawHeader, tarOf } from './raw-header.ts';
import { SPARSE_CONTENT, SPARSE_SIZE, sparseTars } from './sparse-tars.ts';

/** The one entry that both readers find. */
async function only(tar: Buffer): Promise<{ header: TarHeader; content: Buffer }> {
  const entries = await readStreamed(tar, [700]);
  expect(await readPositioned(tar)).toEqual(entries);
  expect(entries).toHaveLength(1);
  const [entry] = entries;
  if (entry === undefined) throw new Error('no entry');
  return entry;
}

async function failureOf(tar: Buffer): Promise<unknown> {
  const streamed = readStreamed(tar, [700]);
  const error: unknown = await streamed.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  await expect(readPositioned(tar)).rejects.toEqual(error);
  return error;
}

describe('names', () => {
  it.each([
    ['ustar with a prefix', tarOf(rawHeader({ name: 'b', at: { 345: 'a/x' } })), 'a/x/b'],
    ['V7, where the prefix means nothing', tarOf(rawHeader({ name: 'b', magic: '', at: { 345: 'a' } })), 'b'],
    [
      'star, whose prefix is shorter',
      tarOf(rawHeader({ name: 'b', at: { 345: 'p'.repeat(131), 476: '14000000000', 508: 'tar\0' } })),
      `${'p'.repeat(131)}/b`,
    ],
    [
      'GNU, which has times there',
      tarOf(rawHeader({ name: 'b', magic: GNU, at: { 345: '14000000000\0' } })),
      'b',
    ],
    [
      'Go before 1.8, with a prefix in GNU headers',
      tarOf(rawHeader({ name: 'b', magic: GNU, at: { 345: 'usr/a' } })),
      'usr/a/b',
    ],
    ['PAX', tarOf(paxHeader([['path', 'ä/long']]), rawHeader({})), 'ä/long'],
    [
      'PAX, empty: the own name stays',
      tarOf(
        paxHeader([
          ['path', 'x'],
          ['path', ''],
        ]),
        rawHeader({}),
      ),
      'file',
    ],
    [
      'GNU long name',
      tarOf(rawHeader({ type: 'L', size: 300 }), padded(Buffer.alloc(300, 'n')), rawHeader({})),
      'n'.repeat(300),
    ],
    [
      'GNU long name over PAX, as Go has it',
      tarOf(paxHeader([['path', 'pax']]), rawHeader({ type: 'L', size: 4 }), padded('gnu\0'), rawHeader({})),
      'gnu',
    ],
    [
      'a global header, which engines ignore',
      tarOf(paxHeader([['path', 'global']], 'g'), rawHeader({})),
      'file',
    ],
    ['all of 100 bytes', tarOf(rawHeader({ name: 'x'.repeat(100) })), 'x'.repeat(100)],
    ['up to a NUL', tarOf(rawHeader({ name: 'ab\0cd' })), 'ab'],
  ])('%s', async (_format, tar, path) => {
    expect((await only(tar)).header.path).toBe(path);
  });

  it('keep different bytes different where they are not UTF-8', async () => {
    const names = [
      [0x63, 0xe9],
      [0x63, 0xe8],
      [0xc3, 0xa9, 0xe9],
      [0xe2, 0x82],
      [0xed, 0xa0, 0x80],
    ];
    const read = await readStreamed(tarOf(...names.map(name => rawHeader({ name: Buffer.from(name) }))));
    expect(read.map(({ header }) => header.path)).toEqual([
      'c\\xe9',
      'c\\xe8',
      'é\\xe9',
      '\\xe2\\x82',
      '\\xed\\xa0\\x80',
    ]);
  });

  it('that are longer than what is read at once, and that lie across it', async () => {
    const names = Array.from(
      { length: 40 },
      (_, index) => `${index}-${'n'.repeat(index === 20 ? 20_000 : 700)}`,
    );
    const tar = tarOf(...names.flatMap(name => [paxHeader([['path', name]]), rawHeader({})]));
    const entries = await readPositioned(tar);
    expect(entries.map(({ header }) => header.path)).toEqual(names);
    expect(await readStreamed(tar, [5000])).toEqual(entries);
  });

  it('of long links', async () => {
    const tar = tarOf(rawHeader({ type: 'K', size: 200 }), padded('l'.repeat(200)), rawHeader({ type: '2' }));
    expect((await only(tar)).header).toMatchObject({ kind: 'symlink', linkname: 'l'.repeat(200) });
  });
});

describe('kinds', () => {
  it.each([
    ['0', 'f', 'file'],
    ['\0', 'f', 'file'],
    ['\0', 'd/', 'directory'],
    ['0', 'd/', 'file'],
    ['7', 'f', 'file'],
    ['1', 'f', 'hardlink'],
    ['2', 'f', 'symlink'],
    ['3', 'f', 'character'],
    ['4', 'f', 'block'],
    ['5', 'f', 'directory'],
    ['6', 'f', 'fifo'],
    ['V', 'f', 'other'],
  ])('type %j of %s is %s', async (type, name, kind) => {
    expect((await only(tarOf(rawHeader({ type, name })))).header.kind).toBe(kind);
  });

  it.each(['1', '2', '3', '4', '5', '6'])('type %s has no data, whatever its size says', async type => {
    const tar = tarOf(rawHeader({ type, size: 5000 }), rawHeader({ name: 'next' }));
    expect((await readPositioned(tar)).map(({ header }) => header)).toMatchObject([
      { size: 0, storedSize: 0, declaredSize: 5000 },
      { path: 'next' },
    ]);
    expect(await readStreamed(tar)).toEqual(await readPositioned(tar));
  });
});

describe('numbers', () => {
  const base256 = (bytes: number[], length: number): Buffer =>
    Buffer.concat([
      Buffer.alloc(length - bytes.length, (bytes[0] ?? 0) >= 0x80 ? 0xff : 0),
      Buffer.from(bytes),
    ]);

  it('in base 256, negative ones too', async () => {
    const size = base256([2, 3], 12);
    size[0] = 0x80;
    const tar = tarOf(
      rawHeader({ size, mtime: base256([0xff, 0xfe], 12), uid: Buffer.from([0x80, 0, 0, 0, 0, 0x20, 0, 1]) }),
      padded(Buffer.alloc(515)),
    );
    expect((await only(tar)).header).toMatchObject({ size: 515, mtime: -2, uid: 0x200001 });
  });

  it('of PAX records', async () => {
    const records = [
      ['size', '3'],
      ['uid', '4294967294'],
      ['gid', '7'],
      ['mtime', '-1.5'],
    ] as const;
    const { header, content } = await only(tarOf(paxHeader(records), rawHeader({ size: 0 }), padded('abc')));
    expect(header).toMatchObject({ size: 3, uid: 4_294_967_294, gid: 7, mtime: -1.5 });
    expect(content.toString()).toBe('abc');
  });

  it('after spaces', async () => {
    expect((await only(tarOf(rawHeader({ mode: '   755 \0' })))).header.mode).toBe(0o755);
  });

  it('with file types in the mode', async () => {
    expect((await only(tarOf(rawHeader({ mode: '0104755\0' })))).header.mode).toBe(0o4755);
  });
});

describe('sparse files', () => {
  it.each(sparseTars)('of $format', async ({ tar }) => {
    const [first, second] = await readStreamed(tar, [333]);
    expect(first?.header).toMatchObject({
      path: 'sparse',
      kind: 'file',
      size: SPARSE_SIZE,
      declaredSize: SPARSE_SIZE,
      storedSize: 6,
    });
    expect(first?.content.equals(SPARSE_CONTENT)).toBe(true);
    expect(second?.header.path).toBe('next');
    expect(await readPositioned(tar)).toEqual([first, second]);
  });
});

describe('the end', () => {
  const entry = Buffer.concat([rawHeader({ size: 600 }), padded(Buffer.alloc(600, 1))]);

  it.each([
    ['two blocks of zeros, and anything behind them', Buffer.concat([tarOf(entry), Buffer.from('garbage')])],
    ['one block of zeros', Buffer.concat([entry, Buffer.alloc(512)])],
    ['no block of zeros', entry],
    ['an empty long name', Buffer.concat([entry, rawHeader({ type: 'L' })])],
    ['no padding', entry.subarray(0, 512 + 600)],
  ])('may be %s', async (_end, tar) => {
    expect((await only(tar)).content).toHaveLength(600);
    expect(await readStreamed(tar, [512])).toEqual(await readPositioned(tar));
  });

  it.each([
    ['a header', entry.subarray(0, 300), 'The tar ends inside a header.'],
    ['content', entry.subarray(0, 900), 'The tar ends inside "file".'],
    [
      'a PAX header',
      paxHeader([['path', 'x'.repeat(600)]]).subarray(0, 1024),
      'The tar ends inside a header.',
    ],
    ['an entry that only has a PAX header', paxHeader([['path', 'x']]), 'The tar ends inside a header.'],
    [
      'a sparse map',
      (sparseTars[1]?.tar ?? Buffer.alloc(0)).subarray(0, 1024),
      'The tar ends inside a header.',
    ],
  ])('is too early inside %s', async (_where, tar, message) => {
    expect(await failureOf(tar)).toMatchObject({ code: 'input-truncated', message });
  });
});

describe('hostile tars', () => {
  it.each([
    ['a wrong checksum', 'input-corrupt', tarOf(rawHeader({ at: { 148: 'x' } }).fill('1', 0, 1))],
    ['a header behind one block of zeros', 'input-corrupt', tarOf(Buffer.alloc(512), rawHeader({}))],
    ['a size that is no number', 'input-corrupt', tarOf(rawHeader({ size: Buffer.from('12x') }))],
    ['a negative size', 'input-corrupt', tarOf(rawHeader({ size: Buffer.alloc(12, 0xff) }))],
    [
      'a size beyond 2^53',
      'input-corrupt',
      tarOf(rawHeader({ size: Buffer.from([0x80, 0, 0, 0, 0xff, 0, 0, 0, 0, 0, 0, 0]) })),
    ],
    ['8 GiB that are not there', 'input-truncated', tarOf(rawHeader({ size: Buffer.from('77777777777') }))],
    [
      'a PAX header of 8 GiB',
      'limit-exceeded',
      tarOf(rawHeader({ type: 'x', size: Buffer.from('77777777777') })),
    ],
    [
      'a long name of 8 GiB',
      'limit-exceeded',
      tarOf(rawHeader({ type: 'L', size: Buffer.from('77777777777') })),
    ],
    [
      'a PAX record without an end',
      'input-corrupt',
      tarOf(rawHeader({ type: 'x', size: 9 }), padded('99 path=x'), rawHeader({})),
    ],
    [
      'a PAX record without a key',
      'input-corrupt',
      tarOf(rawHeader({ type: 'x', size: 5 }), padded('5 =x\n'), rawHeader({})),
    ],
    [
      'a PAX record of length 0',
      'input-corrupt',
      tarOf(rawHeader({ type: 'x', size: 5 }), padded('0 a=\n'), rawHeader({})),
    ],
    ['a PAX path with a NUL', 'input-corrupt', tarOf(paxHeader([['path', 'a\0b']]), rawHeader({}))],
    ['a PAX size that is no number', 'input-corrupt', tarOf(paxHeader([['size', '1e3']]), rawHeader({}))],
    ['a sparse map that goes backwards', 'input-corrupt', sparse('0.1', '5,1,4,1', 2)],
    ['a sparse map that exceeds its file', 'input-corrupt', sparse('0.1', '99,2', 2)],
    ['a sparse map of more than is stored', 'input-corrupt', sparse('0.1', '0,50', 2)],
    ['a sparse map of too few numbers', 'input-corrupt', sparse('0.1', '0', 0)],
  ])('%s', async (_what, code, tar) => {
    expect(await failureOf(tar)).toMatchObject({ code });
  });

  it('a sparse map of a million pieces', async () => {
    const map = padded('1000000\n');
    const tar = tarOf(
      paxHeader([
        ['GNU.sparse.major', '1'],
        ['GNU.sparse.minor', '0'],
        ['GNU.sparse.realsize', '9'],
      ]),
      rawHeader({ size: map.length }),
      map,
    );
    expect(await failureOf(tar)).toMatchObject({ code: 'limit-exceeded' });
  });

  it('four pebibytes of holes, which nobody may ask for', async () => {
    const holes = ['GNU.sparse.size', String(2 ** 52)] as const;
    const tar = tarOf(
      paxHeader([holes, ['GNU.sparse.numblocks', '1'], ['GNU.sparse.map', '0,0']]),
      rawHeader({ size: 0 }),
    );
    expect((await only(tar)).header.size).toBe(2 ** 52);
    const sink = { write: () => undefined, end: () => undefined };
    const parser = new TarParser({ entry: () => sink });
    expect(() => parser.write(tar)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
  });

  it('a signed checksum is an old one, no damage', async () => {
    const name = Buffer.from([0xc3, 0xa9, 0xc3, 0xa8]);
    expect((await only(tarOf(rawHeader({ name, signedChecksum: true })))).header.path).toBe('éè');
  });
});

function sparse(version: '0.1', map: string, size: number): Buffer {
  const records = [
    ['GNU.sparse.major', version.slice(0, 1)],
    ['GNU.sparse.minor', version.slice(2)],
    ['GNU.sparse.size', '100'],
    ['GNU.sparse.numblocks', String(Math.ceil(map.split(',').length / 2))],
    ['GNU.sparse.map', map],
  ] as const;
  return tarOf(paxHeader(records), rawHeader({ size }), padded(Buffer.alloc(size)));
}
