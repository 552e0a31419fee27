import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../../src/report/text-width.ts';
import { type WorkState, workLine } from '../../../src/run/progress/work-line.ts';

const MB = 1_000_000;

function line(state: Partial<WorkState>, columns?: number): string {
  return workLine(
    {
      label: 'Reading app:1',
      waiting: null,
      done: 0,
      total: null,
      isEstimate: false,
      elapsedMs: 4_600,
      idleMs: 0,
      rate: null,
      leftMs: null,
      ...state,
    },
    columns,
  );
}

const going = { done: 412 * MB, total: 1_300 * MB, rate: 96.4 * MB, leftMs: 8_300 };
const waiting = 'Waiting for the engine to send app:1';

describe('a line on work', () => {
  it.each<[string, Partial<WorkState>]>([
    ['Reading app:1: 412 MB of 1.3 GB, 96 MB/s, 9 s left', going],
    ['Reading app:1: 412 MB of about 1.3 GB, 96 MB/s, 9 s left', { ...going, isEstimate: true }],
    ['Reading app:1: 412 MB of 1.3 GB, 96 MB/s', { ...going, leftMs: null }],
    ['Reading app:1: 412 MB of 1.3 GB', { ...going, rate: null, leftMs: null }],
    ['Reading app:1: 412 MB, 96 MB/s', { ...going, total: null, leftMs: null }],
    ['Reading app:1: 412 MB of 1.3 GB, nothing for 7 s', { ...going, idleMs: 7_900 }],
    ['Reading app:1: 9.6 kB of 1.3 GB, 12 kB/s, 23 h 59 min left', slow(23.99)],
    ['Reading app:1: 9.6 kB of 1.3 GB, 12 kB/s', slow(24.01)],
    ['Reading app:1: 1.3 GB of about 1.3 GB', { done: 1_340 * MB, total: 1_300 * MB, isEstimate: true }],
    ['Reading app:1 (4 s)', {}],
    ['Reading app:1', { elapsedMs: 999 }],
    ['Waiting for the engine to send app:1 (1 min 5 s)', { waiting, elapsedMs: 65_000 }],
    ['Reading app:1: 1 B', { waiting, done: 1 }],
  ])('%s', (expected, state) => {
    expect(line(state)).toBe(expected);
  });

  it.each([
    [60, 'Reading app:1: 412 MB of 1.3 GB, 96 MB/s, 9 s left'],
    [45, 'Reading app:1: 412 MB of 1.3 GB, 96 MB/s'],
    [35, 'Reading app:1: 412 MB of 1.3 GB'],
    [28, 'Read…app:1: 412 MB of 1.3 GB'],
    [17, '412 MB of 1.3 GB'],
    [10, '412 MB of…'],
    [1, '…'],
  ])('in %i columns', (columns, expected) => {
    expect(line(going, columns)).toBe(expected);
  });

  it('shows what an image is called, and obeys none of it', () => {
    const label = 'Reading \u001b[2Ja\u202epp\n::error::x\r##[group]';
    expect(line({ label })).toBe('Reading a pp ::error::x #\\#[group] (4 s)');
  });

  it('is as wide as it may be, whatever it says', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 60 });
    const number = fc.double({ min: 0, max: 1e15, noNaN: true });
    const known = fc.option(number);
    fc.assert(
      fc.property(
        name,
        number,
        known,
        known,
        known,
        number,
        fc.nat(120),
        (label, done, total, rate, leftMs, idleMs, columns) => {
          const shown = line({ label, done, total, rate, leftMs, idleMs }, columns);
          expect(columnsOf(shown)).toBeLessThanOrEqual(columns);
          expect(shown).not.toMatch(/NaN|Infinity|undefined|null|[\n\r]/);
        },
      ),
    );
  });
});

function slow(hours: number): Partial<WorkState> {
  return { done: 9_600, total: 1_300 * MB, rate: 12_300, leftMs: hours * 3_600_000 };
}
