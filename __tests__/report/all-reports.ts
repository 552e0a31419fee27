import type { Report } from '../../src/report/report.ts';
import { hostile } from './hostile-report.ts';
import { installed } from './installed-report.ts';
import { patched } from './patched-report.ts';
import { diff, drift, failing, first, inspected, merged, unchanged } from './reports.ts';
import { crowded, squashable } from './squashable-reports.ts';
import { traced } from './traced-report.ts';

/** Every kind of report that renderers are held against. */
export const REPORTS: Readonly<Record<string, () => Report>> = {
  failing,
  merged,
  first,
  inspected,
  unchanged,
  drift,
  installed,
  diff,
  hostile,
  patched,
  squashable,
  crowded,
  traced,
};
