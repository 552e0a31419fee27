import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openRandomAccess, sliceOf, streamRange } from '../../src/tar/random-access.ts';
import { bytesOf } from '../support/fabricate/node.ts';
import { inMemory } from './collect.ts';

const directory = mkdtempSync(join(tmpdir(), 'deadweight-access-'));
const path = join(directory, 'file');
const content = bytesOf(700_000, 1);
writeFileSync(path, content);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('a file', () => {
  it('is read by position, short only at its end', () => {
    const source = openRandomAccess(path);
    const target = Buffer.alloc(10);
    expect(source.size).toBe(700_000);
    expect(source.read(target, 500_000)).toBe(10);
    expect(target).toEqual(content.subarray(500_000, 500_010));
    expect(source.read(target, 699_997)).toBe(3);
    expect(source.read(target, 800_000)).toBe(0);
    source.close();
    source.close();
  });

  it.each([
    ['is not there', join(directory, 'missing'), 'input-missing'],
    ['is below a file', join(path, 'x'), 'input-missing'],
    ['is a directory', directory, 'input-corrupt'],
    ['is a device', '/dev/null', 'input-corrupt'],
  ])('that %s', (_what, wrong, code) => {
    expect(() => openRandomAccess(wrong)).toThrow(expect.objectContaining({ code }));
  });
});

describe('a slice', () => {
  it('ends where it ends, also inside another', () => {
    const slice = sliceOf(sliceOf(inMemory(content), { start: 100, length: 50 }), { start: 40, length: 100 });
    expect(slice.size).toBe(10);
    const target = Buffer.alloc(20);
    expect(slice.read(target, 5)).toBe(5);
    expect(target.subarray(0, 5)).toEqual(content.subarray(145, 150));
    expect(slice.read(target, 10)).toBe(0);
  });
});

describe('a stream of a range', () => {
  it('has its bytes', async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of streamRange(inMemory(content), { start: 7, length: 600_000 }))
      chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(content.subarray(7, 600_007))).toBe(true);
    expect(chunks.length).toBeLessThan(4);
  });

  it('fails where the source ends first', async () => {
    const reading = async (): Promise<void> => {
      for await (const _ of streamRange(inMemory(content), { start: 0, length: 700_001 }));
    };
    await expect(reading()).rejects.toMatchObject({ code: 'input-truncated' });
  });
});
