import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Work } from '../../../src/base/effects.ts';
import { WorkInHand } from '../../../src/run/progress/work-in-hand.ts';
import { workLine } from '../../../src/run/progress/work-line.ts';
import { times } from '../../support/long.ts';

const MB = 1_000_000;

/** Counts so many megabytes in each tenth of a second. @returns what is said at the end of each second */
function lines(work: Partial<Work>, megabytes: readonly number[]): readonly string[] {
  const inHand = new WorkInHand({ label: 'Reading app', ...work }, 0);
  const said: string[] = [];
  for (const [index, each] of megabytes.entries()) {
    inHand.count(each * MB);
    const line = workLine(inHand.state((index + 1) * 100));
    if (index % 10 === 9) said.push(line.replace('Reading app', '').replace(/^: /, ''));
  }
  return said;
}

function seconds(count: number, megabytes: number): readonly number[] {
  return Array.from({ length: 10 * count }, () => megabytes / 10);
}

describe('work in hand', () => {
  it('tells rate and time left once they can be told', () => {
    expect(lines({ total: 1_000 * MB }, seconds(6, 100))).toEqual([
      '100 MB of 1.0 GB',
      '200 MB of 1.0 GB, 100 MB/s',
      '300 MB of 1.0 GB, 100 MB/s, 8 s left',
      '400 MB of 1.0 GB, 100 MB/s, 7 s left',
      '500 MB of 1.0 GB, 100 MB/s, 6 s left',
      '600 MB of 1.0 GB, 100 MB/s, 5 s left',
    ]);
  });

  it('counts the wait before the first byte for nothing', () => {
    const waiting = 'Waiting for app';
    const said = lines({ total: 1_000 * MB, waiting }, [...seconds(8, 0), ...seconds(4, 100)]);
    expect(said.slice(6)).toEqual([
      'Waiting for app (7 s)',
      'Waiting for app (8 s)',
      '100 MB of 1.0 GB',
      '200 MB of 1.0 GB, 100 MB/s',
      '300 MB of 1.0 GB, 100 MB/s, 8 s left',
      '400 MB of 1.0 GB, 100 MB/s, 7 s left',
    ]);
  });

  it('tells no time left where it goes now fast and now slowly, and none of a burst at the start', () => {
    const said = lines({ total: 1_000 * MB }, [...seconds(1, 200), ...seconds(7, 10)]);
    expect(said.slice(1, 5).join()).not.toMatch(/left/);
    expect(said.at(-1)).toBe('270 MB of 1.0 GB, 10 MB/s, 1 min 14 s left');
  });

  it('says that nothing comes, and then goes on as from the start', () => {
    const said = lines({ total: 1_000 * MB }, [...seconds(4, 100), ...seconds(60, 0), ...seconds(4, 50)]);
    expect(said[3]).toMatch(/100 MB\/s, \d s left$/);
    expect(said[62]).toBe('400 MB of 1.0 GB, nothing for 59 s');
    expect(said.slice(64)).toEqual([
      '450 MB of 1.0 GB',
      '500 MB of 1.0 GB, 50 MB/s',
      '550 MB of 1.0 GB, 50 MB/s, 10 s left',
      '600 MB of 1.0 GB, 50 MB/s, 9 s left',
    ]);
  });

  it('forgets a total that was wrong', () => {
    expect(lines({ total: 250 * MB }, seconds(4, 100))).toEqual([
      '100 MB of 250 MB',
      '200 MB of 250 MB, 100 MB/s',
      '300 MB, 100 MB/s',
      '400 MB, 100 MB/s',
    ]);
    expect(lines({ total: 250 * MB, isEstimate: true }, seconds(4, 100))).toEqual([
      '100 MB of about 250 MB',
      '200 MB of about 250 MB, 100 MB/s',
      '250 MB of about 250 MB, 100 MB/s',
      '400 MB, 100 MB/s',
    ]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('takes %d for no total', total => {
    expect(lines({ total }, seconds(1, 1))).toEqual(['1.0 MB']);
  });

  it('never goes backwards nor beyond the total, whatever is counted whenever', () => {
    const step = fc.record({
      ms: fc.oneof(fc.nat(300), fc.integer({ min: -5_000, max: 60_000 })),
      bytes: fc.oneof(
        fc.nat(50_000_000),
        fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e300),
      ),
    });
    const total = fc.option(fc.oneof(fc.nat(500_000_000), fc.constantFrom(Number.NaN, 1e300)));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), total, fc.boolean(), (steps, total, isEstimate) => {
        const inHand = new WorkInHand({ label: 'x', total, isEstimate }, 0);
        let [now, before] = [0, 0];
        for (const { ms, bytes } of steps) {
          now += ms;
          inHand.count(bytes);
          const state = inHand.state(now);
          expect(state.done).toBeGreaterThanOrEqual(before);
          before = state.done;
          if (state.total !== null && !isEstimate) expect(state.done).toBeLessThanOrEqual(state.total);
          for (const time of [state.elapsedMs, state.idleMs]) expect(time).toBeGreaterThanOrEqual(0);
          for (const figure of [state.rate, state.leftMs].filter(each => each !== null)) {
            expect(figure).toBeGreaterThanOrEqual(0);
            expect(Number.isFinite(figure)).toBe(true);
          }
          const [, shown, of] = /: (.+?) of (?:about )?(.+?)(?:,|$)/.exec(workLine(state)) ?? [];
          if (shown !== undefined && of !== undefined)
            expect(bytesOf(shown)).toBeLessThanOrEqual(bytesOf(of));
        }
      }),
      { numRuns: times(200) },
    );
  });
});

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

function bytesOf(size: string): number {
  const [number = '', unit = ''] = size.split(' ');
  return Number(number) * 1000 ** UNITS.indexOf(unit);
}
