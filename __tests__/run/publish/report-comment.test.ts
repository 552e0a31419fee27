import { describe, expect, it } from 'vitest';
import type { ChangeThreshold } from '../../../src/github/comment-policy.ts';
import type { Report } from '../../../src/report/report.ts';
import { significanceOf } from '../../../src/run/publish/report-comment.ts';
import { failing, unchanged } from '../../report/reports.ts';

const EVERY_BYTE: ChangeThreshold = { bytes: null, percent: null };

/** An image that changed by so many bytes; null where nothing tells its compressed size. */
function changedBy(size: number, compressedSize: number | null): Report {
  const report = unchanged();
  const { comparison } = report;
  if (comparison === null) throw new Error('the fixture has a comparison');
  const baseline = { ...comparison.baseline, size: 100_000_000, compressedSize: 40_000_000 };
  return {
    ...report,
    comparison: { ...comparison, baseline, delta: { ...comparison.delta, size, compressedSize } },
  };
}

const isChanged = (report: Report, threshold = EVERY_BYTE): boolean =>
  significanceOf({ reports: [report], failures: [] }, threshold).changed;

describe('what a comment is worth', () => {
  it('changed is what has another size', () => {
    expect(isChanged(changedBy(0, 0))).toBe(false);
    expect(isChanged(changedBy(-1, 0))).toBe(true);
    expect(isChanged(changedBy(0, null))).toBe(false);
  });

  it('changed is what has another compressed size alone, by the same threshold', () => {
    expect(isChanged(changedBy(0, 1))).toBe(true);
    expect(isChanged(changedBy(0, -1))).toBe(true);
    expect(isChanged(changedBy(0, 1000), { bytes: 1000, percent: null })).toBe(false);
    expect(isChanged(changedBy(0, 1001), { bytes: 1000, percent: null })).toBe(true);
    // One percent of the compressed size is less than one of the size.
    expect(isChanged(changedBy(0, 400_001), { bytes: null, percent: 1 })).toBe(true);
  });

  it('nothing to compare with is a change, and so is one image of several', () => {
    const alone = { ...unchanged(), comparison: null };
    expect(isChanged(alone)).toBe(true);
    const images = { reports: [changedBy(0, 0), changedBy(0, 1)], failures: [] };
    expect(significanceOf(images, EVERY_BYTE)).toEqual({ changed: true, failed: false });
  });

  it('failed is a budget, or an image without a report', () => {
    const quiet = changedBy(0, 0);
    const failed = { name: 'app', reason: 'Its build failed.' };
    expect(significanceOf({ reports: [quiet, failing()], failures: [] }, EVERY_BYTE).failed).toBe(true);
    expect(significanceOf({ reports: [quiet], failures: [failed] }, EVERY_BYTE).failed).toBe(true);
    expect(significanceOf({ reports: [quiet], failures: [] }, EVERY_BYTE).failed).toBe(false);
  });
});
