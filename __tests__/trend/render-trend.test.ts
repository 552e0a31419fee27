import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/report/text-width.ts';
import { renderBadge } from '../../src/trend/badge.ts';
import type { HistoryLine } from '../../src/trend/history-line.ts';
import { renderTrend } from '../../src/trend/render-trend.ts';
import { sparkline } from '../../src/trend/sparkline.ts';
import { makeTrendReport, type TrendReport, trendReportSchema } from '../../src/trend/trend-report.ts';
import { growing, lineOf, linesOf, NOW } from './history-fixture.ts';

function reportOf(...all: readonly (readonly HistoryLine[])[]): TrendReport {
  const images = all.map((series, index) => ({ file: `image-${index}.ndjson`, series }));
  return makeTrendReport(images, [], '1.2.3', NOW);
}

const HOSTILE = growing().map(line => ({
  ...line,
  title: '\u001b[31m::error::a ##[error]b\n\u202e',
  platform: 'linux/\u0007',
  branch: '`main`\r\n::warning::',
}));

const REPORTS: Readonly<Record<string, TrendReport>> = {
  growing: reportOf(growing()),
  one: reportOf([lineOf()]),
  equal: reportOf(linesOf([5_000_000, 5_000_000, 5_000_000], 20)),
  none: reportOf(),
  several: reportOf(
    growing(),
    growing().map(line => ({
      ...line,
      title: 'worker with a very long name that has no room',
      platform: 'linux/arm64/v8',
      size: 900_000_000 - line.size,
    })),
    [lineOf({ title: 'new' })],
  ),
  hostile: reportOf(HOSTILE),
  told: {
    ...reportOf(growing()),
    notices: [{ code: 'history-unread', message: 'The history has 3 lines that cannot be read.' }],
  },
};

describe.each(Object.entries(REPORTS))('the trend of %s', (name, report) => {
  it('is what its schema says', () => {
    expect(trendReportSchema().parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it('reads well in 80 columns', async () => {
    const text = renderTrend(report, { columns: 80, color: false });
    await expect(text).toMatchFileSnapshot(`../golden/trend-${name}.terminal-80.txt`);
  });

  it.each([40, 80, 120])('fits %i columns', columns => {
    for (const line of renderTrend(report, { columns, color: true }).split('\n')) {
      expect(columnsOf(line)).toBeLessThanOrEqual(columns);
    }
  });
});

it('has colours only where they are wanted', () => {
  const sequence = '\u001b[';
  const report = REPORTS['growing'] ?? expect.fail();
  expect(renderTrend(report, { columns: 80, color: true })).toContain(sequence);
  expect(renderTrend(report, { columns: 80, color: false })).not.toContain(sequence);
});

describe('a sparkline', () => {
  it('shows the least lowest and the most highest, the last number last', () => {
    expect(sparkline([1, 2, 3, 8], 10)).toBe('▁▂▃█');
    expect(sparkline([4, 4, 4], 10)).toBe('▁▁▁');
    expect(sparkline([9], 10)).toBe('▁');
  });

  it('has no more columns than there are, and ends with the last number', () => {
    const numbers = Array.from({ length: 1000 }, (_, index) => (index === 999 ? 50 : index % 10));
    expect(sparkline(numbers, 60)).toHaveLength(60);
    expect(sparkline(numbers, 60).endsWith('█')).toBe(true);
  });
});

describe('a badge', () => {
  it('reads well', async () => {
    await expect(renderBadge(410_500_000)).toMatchFileSnapshot('../golden/trend.badge.svg');
  });

  it.each([0, 999, 12_400_000_000, Number.MAX_SAFE_INTEGER])(
    'needs nothing from elsewhere with %i bytes',
    size => {
      const svg = renderBadge(size);
      expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href|<script|<style/);
      expect(svg).toMatch(/^<svg [^>]*width="\d+"/);
    },
  );
});
