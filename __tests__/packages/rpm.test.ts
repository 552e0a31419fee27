import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RpmHeader } from '../../src/packages/rpm/rpm-header.ts';
import { forEachRow, recordColumns } from '../../src/packages/rpm/sqlite-table.ts';
import { computedMs } from '../support/computed.ts';
import { file } from '../support/fabricate/node.ts';
import { collected, fixture, packagesIn } from './packaged.ts';

const SQLITE = 'usr/lib/sysimage/rpm/rpmdb.sqlite';
const NDB = 'usr/lib/sysimage/rpm/Packages.db';

describe('rpm’s database', () => {
  it('in its SQLite form says which files are whose', async () => {
    const { packages, ownerOf, notices } = await packagesIn({
      'var/lib/rpm/rpmdb.sqlite': file(fixture('rpm/rpmdb.sqlite.gz')),
      'var/lib/rpm/rpmdb.sqlite-wal': file(0),
      'usr/share/part7/deep/data-1': file(100),
      'usr/share/part7/deep/data-150': file(50),
      'usr/share/part7/deep/data-151': file(1),
      'lib/part2/x.so': file(7),
      'var/log/part2.log': file(1000),
    });
    // As `rpm -qa` says; part9 was removed.
    expect(packages.map(({ name, version }) => `${name}-${version}`).sort()).toEqual([
      'part1-1.1-3',
      'part10-1.10-3',
      'part11-1.11-3',
      'part12-1.12-3',
      'part2-4:1.2-3',
      'part3-1.3-3',
      'part4-1.4-3',
      'part5-1.5-3',
      'part6-1.6-3',
      'part7-1.7-3',
      'part8-1.8-3',
    ]);
    expect(packages.slice(0, 2)).toMatchObject([
      { type: 'rpm', name: 'part7', architecture: 'noarch', bytes: 150, fileCount: 2 },
      { name: 'part2', bytes: 7 },
    ]);
    // A name that a package reserves and does not bring is not what it weighs.
    expect(ownerOf('var/log/part2.log')).toBeNull();
    expect(notices).toEqual([]);
  });

  it('in SUSE’s form says the same', async () => {
    const { packages } = await packagesIn({
      [NDB]: file(fixture('rpm/Packages.db.gz')),
      'usr/share/part7/deep/data-150': file(50),
    });
    expect(packages).toMatchObject([
      { name: 'part7', version: '1.7-3', bytes: 50 },
      { name: 'part2', version: '4:1.2-3', bytes: 0 },
    ]);
  });

  it.each([
    ['var/lib/rpm/Packages', file(100), 'is a Berkeley DB, which is not read'],
    ['usr/lib/sysimage/rpm/rpmdb.sqlite-wal', file(100), 'is a journal of changes, which is not read'],
    [SQLITE, file('SQLite format 3\0'), 'could not be read'],
    [NDB, file('RpmP'), 'could not be read'],
  ])('%s that is not read is named', async (path, node, reason) => {
    const { packages, notices } = await packagesIn({ [path]: node });
    expect(packages).toEqual([]);
    expect(notices).toEqual([
      {
        code: 'package-database-unread',
        message: `The package database /${path} ${reason}; its packages are not named.`,
      },
    ]);
  });

  it.each([
    [SQLITE, fixture('rpm/rpmdb.sqlite.gz')],
    [NDB, fixture('rpm/Packages.db.gz')],
  ])('%s with any damage is read or is not, at no great cost', (path, bytes) => {
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 });
    // Where the structure is: most of the file is content.
    const early = fc.array(fc.tuple(fc.nat(20_000), fc.nat(255)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.oneof(damage, early), fc.nat(bytes.length), (changes, length) => {
        const damaged = Buffer.from(bytes);
        for (const [at, byte] of changes) damaged[at] = byte;
        const start = computedMs();
        for (const content of [damaged, damaged.subarray(0, length)]) {
          const value = collected(path, content);
          expect(value === null || Array.isArray(value)).toBe(true);
        }
        expect(computedMs() - start).toBeLessThan(2000);
      }),
      { numRuns: 150 },
    );
  });
});

describe('rpm’s own form', () => {
  it('has no blob twice', () => {
    const bytes = fixture('rpm/Packages.db.gz');
    const slots = Array.from({ length: 254 }, (_, index) => 32 + 16 * index);
    const used = slots.find(at => bytes.readUInt32LE(at + 4) !== 0) ?? 0;
    const free = slots.find(at => bytes.readUInt32LE(at + 4) === 0) ?? 0;
    expect(collected(NDB, bytes)).toHaveLength(2);
    bytes.copy(bytes, free, used, used + 16);
    expect(collected(NDB, bytes)).toBeNull();
  });
});

describe('a header', () => {
  it.each([
    ['more items than any package', 0xffff_ffff],
    ['a few too many', 1_000_001],
  ])('with %s is none', (_what, count) => {
    // One tag, and a megabyte of empty names.
    const blob = Buffer.alloc(8 + 16 + 2_000_000);
    blob.writeUInt32BE(1, 0);
    blob.writeUInt32BE(2_000_000, 4);
    blob.writeUInt32BE(1117, 8);
    blob.writeUInt32BE(8, 12);
    blob.writeUInt32BE(count, 20);
    expect(() => new RpmHeader(blob).texts('baseNames')).toThrow(RangeError);
    blob.writeUInt32BE(3, 20);
    expect(new RpmHeader(blob).texts('baseNames')).toEqual(['', '', '']);
    expect(new RpmHeader(blob).text('baseNames')).toBe('');
    expect(() => new RpmHeader(blob.subarray(0, 100))).toThrow(RangeError);
  });
});

describe('an SQLite table', () => {
  it('has the rows that SQLite itself finds, in pages and chains of pages', () => {
    const folder = mkdtempSync(join(tmpdir(), 'deadweight-rpm-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'rpmdb.sqlite');
    writeFileSync(path, fixture('rpm/rpmdb.sqlite.gz'));
    const database = new DatabaseSync(path);
    const expected = database.prepare('SELECT blob FROM Packages ORDER BY hnum').all();
    const names = database.prepare('SELECT key FROM Name ORDER BY rowid').all();
    database.close();
    const blobs: Buffer[] = [];
    forEachRow(fixture('rpm/rpmdb.sqlite.gz'), 'Packages', record => {
      const [key, blob, ...others] = recordColumns(record);
      expect([key?.length, others.length]).toEqual([0, 0]);
      blobs.push(Buffer.from(blob ?? []));
    });
    expect(blobs).toEqual(
      expected.map(row => Buffer.from(row['blob'] instanceof Uint8Array ? row['blob'] : [])),
    );
    expect(Math.max(...blobs.map(blob => blob.length))).toBeGreaterThan(4096);
    const keys: unknown[] = [];
    forEachRow(fixture('rpm/rpmdb.sqlite.gz'), 'Name', record =>
      keys.push(recordColumns(record)[0]?.toString()),
    );
    expect(keys).toEqual(names.map(row => row['key']));
  });

  it('that is not there is said', () => {
    const read = (bytes: Buffer, table: string) => () => forEachRow(bytes, table, () => undefined);
    expect(read(fixture('rpm/rpmdb.sqlite.gz'), 'packages')).toThrow(RangeError);
    expect(read(Buffer.from('nothing of the sort'), 'Packages')).toThrow(RangeError);
  });

  it('whose pages lead in a circle ends', () => {
    const bytes = fixture('rpm/rpmdb.sqlite.gz');
    // The first page says that the schema goes on in the first page.
    bytes.writeUInt8(0x05, 100);
    bytes.writeUInt32BE(1, 108);
    bytes.writeUInt16BE(0, 103);
    expect(() => forEachRow(bytes, 'Packages', () => undefined)).toThrow(/twice/);
  });
});
