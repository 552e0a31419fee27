import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RangeReading } from '../../src/layer/collector.ts';
import { ContentSamples, MIN_SAMPLED_FILE, sampleCollector } from '../../src/layer/content-samples.ts';
import { file } from '../support/scans/scan.ts';

const MB = 1024 * 1024;

function samplesOf(content: Buffer) {
  const reading = new RangeReading(sampleCollector, file('db', content.length), content.length);
  reading.take(content, 0);
  return { collected: { [sampleCollector.id]: [{ path: 'db', value: reading.value }] } };
}

function compare(before: Buffer, after: Buffer) {
  const samples = new ContentSamples([samplesOf(before), samplesOf(after)]);
  return samples.compare({ layer: 0, path: 'db' }, { layer: 1, path: 'db' });
}

/** Bytes of which no two places are the same. */
function counted(size: number, from = 0): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE((at + from) >>> 0, at);
  return bytes;
}

describe('samples of large files', () => {
  it.each([
    [MIN_SAMPLED_FILE - 1, false],
    [MIN_SAMPLED_FILE, true],
  ])('are taken of a file of %i bytes: %s', (size, isWanted) => {
    expect(sampleCollector.wants(file('db', size))).toBe(isWanted);
  });

  it('are at least eight and at most sixteen, of whatever size', () => {
    fc.assert(
      fc.property(fc.integer({ min: MIN_SAMPLED_FILE, max: 2 ** 45 }), size => {
        const steps = sampleCollector.read(file('db', size));
        const starts: number[] = [];
        let step = steps.next();
        for (; step.done !== true; step = steps.next(new Uint8Array(step.value.length))) {
          starts.push(step.value.start);
          expect(step.value.start + step.value.length).toBeLessThanOrEqual(size);
        }
        expect(starts.length).toBeGreaterThanOrEqual(8);
        expect(starts.length).toBeLessThanOrEqual(16);
      }),
    );
  });

  it('are all the same in a file with a byte more, or with a byte between the places', () => {
    const content = counted(5 * MB);
    const changed = Buffer.from(content);
    changed[1_000_001] = 7;
    expect(compare(content, changed)).toEqual({ compared: 10, same: 10 });
    expect(compare(content, Buffer.concat([content, Buffer.from('x')]))).toEqual({ compared: 10, same: 10 });
  });

  it('differ where a place differs', () => {
    const content = counted(4 * MB);
    const changed = Buffer.from(content);
    changed[2 * MB] = 7;
    changed[3 * MB + 255] = 7;
    expect(compare(content, changed)).toEqual({ compared: 16, same: 14 });
  });

  it('have the places of the shorter file in common where one is of double size, and none with another file', () => {
    const content = counted(5 * MB);
    const longer = Buffer.concat([content, counted(4 * MB, 1)]);
    expect(compare(content, longer)).toEqual({ compared: 5, same: 5 });
    expect(compare(longer, content)).toEqual({ compared: 5, same: 5 });
    expect(compare(content, counted(5 * MB, 2))).toEqual({ compared: 10, same: 0 });
  });

  it.each([
    ['no object', 5],
    ['a distance that is no power of two', { distance: 3, sums: [1] }],
    ['no distance', { distance: 0, sums: [1] }],
    ['sums that are no numbers', { distance: 4, sums: ['1'] }],
    ['too many sums', { distance: 4, sums: Array.from({ length: 17 }, () => 1) }],
  ])('are not taken from a cache that has %s', (_, value) => {
    const collected = { [sampleCollector.id]: [{ path: 'db', value }] };
    const place = { layer: 0, path: 'db' };
    expect(new ContentSamples([{ collected }]).compare(place, place)).toEqual({ compared: 0, same: 0 });
  });
});
