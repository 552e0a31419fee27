import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diveNumbers } from '../../src/analysis/dive-numbers.ts';
import { times } from '../support/long.ts';
import { directory, file, hardlink, scan } from '../support/scans/scan.ts';
import { oddStacks, stacks } from '../support/scans/stacks.ts';
import { diveNaively } from './reference/naive-dive.ts';

describe('diveNumbers', () => {
  it('is what dive computes by restacking at every whiteout', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        expect(diveNumbers(scans)).toEqual(diveNaively(scans));
      }),
      { numRuns: times(600) },
    );
  });

  it('follows dive through its quirks', () => {
    fc.assert(
      fc.property(oddStacks(), scans => {
        expect(diveNumbers(scans)).toEqual(diveNaively(scans));
      }),
      { numRuns: times(1500) },
    );
  });

  it('counts a file that is written twice in full, and its smallest version as needed', () => {
    const numbers = diveNumbers([scan([file('a', 30), file('b', 40)]), scan([file('a', 10)])]);
    expect(numbers).toEqual({
      efficiency: 50 / 80,
      wastedBytes: 40,
      userWastedPercent: 4,
      sizeBytes: 80,
      userSizeBytes: 10,
    });
  });

  it('weighs a deleted directory whole, and a deleted file as nothing', () => {
    const lower = scan([directory('d'), file('d/x', 5), file('d/y', 6), file('f', 7)]);
    expect(diveNumbers([lower, scan([], { whiteouts: ['d'] })]).wastedBytes).toBe(0);
    expect(diveNumbers([lower, scan([], { whiteouts: ['d'] }), scan([file('d', 1)])])).toMatchObject({
      wastedBytes: 12,
      efficiency: (5 + 6 + 7 + 1) / (5 + 6 + 7 + 11 + 1),
    });
    expect(diveNumbers([lower, scan([], { whiteouts: ['f'] })])).toMatchObject({
      wastedBytes: 7,
      efficiency: 11 / 18,
    });
  });

  it('gives a layer up at the whiteout of a path that is not there, whose unset minimum counts', () => {
    const lower = scan([file('a', 10), file('z', 10)]);
    const upper = scan([file('a', 10), file('z', 10)], { whiteouts: ['m'] });
    expect(diveNumbers([lower, upper])).toMatchObject({ wastedBytes: 0, efficiency: (10 + 10 - 1) / 20 });
  });

  it('takes a directory for a whiteout when it is named so', () => {
    const lower = scan([directory('-'), file('-/f', 5), file('.wh.-/x', 1)]);
    const scans = [lower, scan([file('z', 3)], { whiteouts: ['-'] })];
    expect(diveNumbers(scans)).toEqual(diveNaively(scans));
    expect(diveNumbers(scans).efficiency).toBe((5 + 1 - 1) / 6);
  });

  it('removes a directory by a whiteout of no name inside it', () => {
    const lower = scan([directory('d'), file('d/f', 5)]);
    const upper = scan([directory('d'), file('d/-', 2), file('d/x', 3)], { markers: ['d/.wh.'] });
    const scans = [lower, upper, scan([], { whiteouts: ['d'] })];
    expect(diveNumbers(scans)).toEqual(diveNaively(scans));
    // The paths are d/f 5, d/- 2, d/x 3, d/ 5 (what it removed) and d 3 (what came back).
    expect(diveNumbers(scans).efficiency).toBe(1);
    expect(diveNumbers([...scans, scan([file('d', 1)])]).wastedBytes).toBe(3 + 1);
  });

  it('takes sizes from headers, those of hard links too', () => {
    const numbers = diveNumbers([scan([file('a', 4), hardlink('b', 'a', { declaredSize: 4 })])]);
    expect(numbers).toMatchObject({ sizeBytes: 8, efficiency: 1 });
    expect(diveNumbers([scan([file('a', 4), hardlink('a', 'b', { declaredSize: 3 })])]).efficiency).toBe(1);
  });

  it('is 1, 0 and NaN for an image without bytes', () => {
    const none = {
      efficiency: 1,
      wastedBytes: 0,
      userWastedPercent: Number.NaN,
      sizeBytes: 0,
      userSizeBytes: 0,
    };
    expect(diveNumbers([])).toEqual(none);
    expect(diveNumbers([scan([]), scan([directory('d')])])).toEqual(none);
  });

  it('divides by zero as dive does', () => {
    const twice = scan([file('a', 3)], { whiteouts: ['a'] });
    expect(diveNumbers([twice]).userWastedPercent).toBe(Number.POSITIVE_INFINITY);
  });
});
