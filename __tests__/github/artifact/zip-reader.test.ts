import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadweightError } from '../../../src/base/errors.ts';
import { readZipTexts } from '../../../src/github/artifact/zip-reader.ts';
import { times } from '../../support/long.ts';
import { type ZipEntry, zipOf } from './zip-fixture.ts';

const limits = { maxFiles: 8, maxBytes: 1024 * 1024 };
const report: ZipEntry = { name: 'report.json', content: '{"a":1}' };

async function codeOf(zip: Buffer): Promise<string> {
  const error = await readZipTexts(zip, limits).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof DeadweightError ? `${error.code}: ${error.message}` : String(error);
}

describe('a zip', () => {
  it('gives its texts by name, stored and deflated, without directories', async () => {
    const zip = zipOf(
      [
        report,
        { name: 'a/', content: '', mode: 0o040755, method: 0 },
        { name: 'a/ü.md', content: 'ä', method: 0, mode: 0 },
        { name: 'empty', content: '' },
      ],
      'a comment',
    );
    expect([...(await readZipTexts(zip, limits))]).toEqual([
      ['report.json', '{"a":1}'],
      ['a/ü.md', 'ä'],
      ['empty', ''],
    ]);
  });

  it.each<[string, ZipEntry[], string]>([
    ['a path that leaves', [{ name: '../report.json', content: '' }], 'not allowed'],
    ['a path that leaves deep down', [{ name: 'a/../../b', content: '' }], 'not allowed'],
    ['an absolute path', [{ name: '/etc/passwd', content: '' }], 'not allowed'],
    ['a path of Windows', [{ name: 'C:\\a', content: '' }], 'not allowed'],
    ['a backslash', [{ name: '..\\a', content: '' }], 'not allowed'],
    ['a control character', [{ name: 'a\u001b[2J', content: '' }], 'not allowed'],
    ['an empty name', [{ name: '', content: '' }], 'not allowed'],
    ['a name that is not UTF-8', [{ name: Buffer.from([0xff, 0xfe]), content: '' }], 'not UTF-8'],
    ['a symlink', [{ name: 'link', content: '/etc/passwd', mode: 0o120777 }], 'not a regular file'],
    ['a device', [{ name: 'null', content: '', mode: 0o020666 }], 'not a regular file'],
    ['encryption', [{ ...report, flags: 1 }], 'encrypted'],
    ['another method', [{ ...report, method: 14 }], 'not known'],
    ['a wrong checksum', [{ ...report, crc: 1 }], 'checksum'],
    ['a size that is too small', [{ ...report, size: 3 }], 'stated'],
    ['a size that is too large', [{ ...report, size: 30 }], 'size'],
    ['a name twice', [report, report], 'twice'],
    ['files that overlap', [report, { ...report, name: 'again', overlaps: true }], 'overlap'],
    ['no text', [{ name: 'a', content: Buffer.from([0xff]) }], 'not UTF-8'],
    ['content in a directory', [{ name: 'a/', content: 'x', mode: 0o040755 }], 'directory has content'],
  ])('with %s is refused', async (_what, entries, reason) => {
    expect(await codeOf(zipOf(entries))).toMatch(new RegExp(`^input-corrupt: .*${reason}`));
  });

  it('with more files than a report has is refused', async () => {
    const many = Array.from({ length: 9 }, (_, index) => ({ name: `f${index}`, content: '' }));
    expect(await codeOf(zipOf(many))).toContain('limit-exceeded');
  });

  it('that would unpack to more than the limit is refused before it is unpacked', async () => {
    const zeros = Buffer.alloc(600 * 1024);
    const bombs = [1, 2].map(index => ({ name: `bomb${index}`, content: zeros }));
    expect(await codeOf(zipOf(bombs))).toContain('limit-exceeded');
  });

  it('that lies about its size is stopped at what it stated', async () => {
    const bomb = { name: 'bomb', content: Buffer.alloc(64 * 1024 * 1024), size: 1000 };
    const zip = zipOf([bomb]);
    const before = process.memoryUsage().rss;
    expect(await codeOf(zip)).toContain('does not unpack to what was stated');
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1024 * 1024);
  });

  it('that is cut anywhere is refused', async () => {
    const whole = zipOf([report, { name: 'report.md', content: '# Report' }]);
    for (let length = 0; length < whole.length; length += 1) {
      expect(await codeOf(whole.subarray(0, length))).toContain('input-corrupt');
    }
  });

  it('with any bytes changed is read or refused', async () => {
    const whole = zipOf([report, { name: 'report.md', content: '# Report' }], 'comment');
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(changes, async changed => {
        const zip = Buffer.from(whole);
        for (const [at, byte] of changed) zip[at] = byte;
        expect(await codeOf(zip)).toMatch(/^(null|input-corrupt: .*|limit-exceeded: .*)$/);
      }),
      { numRuns: times(2000) },
    );
  });
});
