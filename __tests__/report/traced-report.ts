import type { Report } from '../../src/report/report.ts';
import { makeTrend } from '../../src/trend/series.ts';
import { growing, linesOf, NOW } from '../trend/history-fixture.ts';
import { failing } from './reports.ts';

/** Of a pull request into a branch that has grown 41 MB in a month, mostly by one commit. */
export function traced(): Report {
  const sizes = growing().map(({ size }, index) => size + (index >= 35 ? 46_000_000 : 0));
  return { ...failing(), trend: makeTrend(linesOf(sizes), NOW) };
}
