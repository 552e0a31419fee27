import { describe, expect, it } from 'vitest';
import { parseReport, renderJson } from '../../src/report/json.ts';
import { makeTrend, seriesOf } from '../../src/trend/series.ts';
import { first } from '../report/reports.ts';
import { commitOf, growing, historyOf, lineOf, linesOf, NOW } from './history-fixture.ts';

function trendOf(sizes: readonly number[], days?: number, now = NOW) {
  return makeTrend(linesOf(sizes, days), now) ?? expect.fail();
}

describe('a series', () => {
  it('is in the order of the pushes, whichever run came first, and has the last line of each commit', () => {
    const lines = growing();
    const shuffled = [...lines.slice(20), ...lines.slice(0, 20)];
    const again = lineOf({ ...lines[5], size: 1 });
    const series = seriesOf(historyOf([...shuffled, again]), NOW);
    expect(series.map(({ commit }) => commit)).toEqual(lines.map(({ commit }) => commit));
    expect(series[5]?.size).toBe(1);
  });

  it('has pushes of one second in the order of their runs', () => {
    const lines = ['9-1', '10-1', 'by hand', '8-2'].map((run, index) =>
      lineOf({ run, commit: commitOf(index) }),
    );
    const runs = seriesOf(historyOf(lines), NOW).map(({ run }) => run);
    expect(runs).toEqual(['by hand', '8-2', '9-1', '10-1']);
  });

  it('keeps what is dated in the future in its place of the file', () => {
    const lines = linesOf([1, 2, 3, 4]);
    for (const wrong of [0, 1, 2, 3]) {
      const dated = lines.map((line, index) =>
        index === wrong ? { ...line, time: '2099-01-01T00:00:00Z' } : line,
      );
      const series = seriesOf(historyOf(dated), NOW);
      expect(series.map(({ size }) => size)).toEqual([1, 2, 3, 4]);
      expect(series.every(({ time }) => Date.parse(time) <= NOW)).toBe(true);
    }
    const now = NOW - 3_600_000;
    expect(seriesOf(historyOf(lines), now)).toEqual(lines);
  });
});

describe('a trend', () => {
  it('is a part of a report', () => {
    const report = { ...first(), trend: makeTrend(growing(), NOW) };
    expect(parseReport(renderJson(report))).toEqual(report);
    expect(makeTrend([], NOW)).toBe(null);
  });

  it('names the largest jumps first, up and down, the latest of equal ones before the others', () => {
    const { jumps } = trendOf([100, 100, 150, 140, 240, 230, 180]);
    expect(jumps.map(({ bytes }) => bytes)).toEqual([100, -50, 50, -10, -10]);
    expect(jumps[1]).toMatchObject({ commit: commitOf(7), size: 180 });
    expect(jumps[3]).toMatchObject({ commit: commitOf(6) });
  });

  it('tells growth since the size that held when the window began', () => {
    const { growth } = trendOf([100, 130, 160], 20);
    expect(growth).toEqual([
      { days: 7, before: 130, bytes: 30 },
      { days: 30, before: 100, bytes: 60 },
    ]);
    expect(trendOf([100, 130, 160], 45).growth.at(-1)).toEqual({ days: 90, before: 100, bytes: 60 });
  });

  it('has no growth in a window in which nothing was pushed, and none before its first point', () => {
    const month = 30 * 86_400_000;
    expect(trendOf([100, 130], 1, NOW + month).growth).toEqual([
      { days: 7, before: 130, bytes: 0 },
      { days: 30, before: 130, bytes: 0 },
    ]);
    expect(trendOf([100]).growth).toEqual([]);
  });

  it('ends a window with a commit that is dated later than the clock', () => {
    expect(trendOf([100, 130], 7, 0).growth).toEqual([{ days: 7, before: 100, bytes: 30 }]);
  });

  it('is thinned: ends, extremes and jumps stay', () => {
    const sizes = Array.from({ length: 5000 }, (_, index) => 1000 + (index % 7));
    Object.assign(sizes, { 1234: 9000, 1235: 9001, 3210: 5, 4321: 4000 });
    const trend = trendOf(sizes, 0.1);
    expect(trend.pointCount).toBe(5000);
    expect(trend.points.length).toBeGreaterThan(350);
    expect(trend.points.length).toBeLessThanOrEqual(400);
    const kept = new Set(trend.points.map(({ commit }) => commit));
    const last = Array.from({ length: 20 }, (_, back) => 4999 - back);
    for (const index of [0, 1233, 1234, 1235, 3209, 3210, 4320, 4321, ...last]) {
      expect(kept).toContain(commitOf(index + 1));
    }
    for (const { commit, delta } of trend.points) {
      const index = Number.parseInt(commit.slice(0, 7), 16) - 1;
      expect(delta).toBe(index === 0 ? null : (sizes[index] ?? 0) - (sizes[index - 1] ?? 0));
    }
    const order = trend.points.map(({ time }) => time);
    expect(order).toEqual(order.toSorted());
  });
});
