import type { Report } from '../../src/report/report.ts';
import { failing } from '../report/reports.ts';

const FIRST = Date.parse('2026-06-01T12:00:00Z');
const DAY = 24 * 60 * 60 * 1000;

/**
 * A report with a history, of which a commit a day is shown, each 300 kB larger than the one before that is shown.
 * @param pointCount commits of the history, which all add the same
 */
export function trendReport(count: number, pointCount = count): Report {
  const points = Array.from({ length: count }, (_, index) => ({
    time: new Date(FIRST + index * DAY).toISOString(),
    commit: index.toString(16).padStart(7, '0').padEnd(40, 'a'),
    pullRequest: index % 2 === 0 ? null : index + 1,
    size: 390_000_000 + index * 300_000,
    delta: index === 0 ? null : (300_000 * count) / pointCount,
    compressedSize: null,
    layerCount: 5,
    efficiency: 0.95,
    wastedBytes: 20_000_000,
  }));
  return {
    ...failing(),
    trend: {
      branch: 'main',
      pointCount,
      points,
      jumps: [],
      growth: [{ days: 7, before: 396_600_000, bytes: 2_100_000 }],
    },
  };
}
