import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/base/phrase.ts';
import { renderSummary } from '../../src/report/markdown/render-markdown.ts';
import { trendSentence } from '../../src/report/sentences/trend-sentence.ts';
import { makeTrend } from '../../src/trend/series.ts';
import { linesOf, NOW } from '../trend/history-fixture.ts';
import { first } from './reports.ts';

function sentenceOf(sizes: readonly number[], days: number): string | null {
  const sentence = trendSentence({ ...first(), trend: makeTrend(linesOf(sizes, days), NOW) });
  return sentence && plainText(sentence);
}

const MB = 1_000_000;

describe('the growth of a branch', () => {
  it('is told where it is at least a megabyte and two percent', () => {
    expect(sentenceOf([400 * MB, 410 * MB, 420 * MB, 441 * MB], 12)).toBe(
      'main has grown 41.0 MB (+10.3 %) in 30 days.',
    );
    expect(sentenceOf([100 * MB, 100 * MB, 101 * MB, 101.9 * MB], 12)).toBe(null);
    expect(sentenceOf([1 * MB, 1 * MB, 1.5 * MB, 1.99 * MB], 12)).toBe(null);
    expect(sentenceOf([1 * MB, 1 * MB, 1.5 * MB, 2 * MB], 12)).toContain('main has grown 1.0 MB');
  });

  it('is told of a week where the history is younger than a month', () => {
    expect(sentenceOf([400 * MB, 410 * MB, 420 * MB, 441 * MB], 5)).toBe(
      'main has grown 31.0 MB (+7.6 %) in 7 days.',
    );
    expect(sentenceOf([400 * MB, 410 * MB, 420 * MB, 441 * MB], 1)).toBe(null);
  });

  it('is not told of few points, of a smaller image, or without a history', () => {
    expect(sentenceOf([400 * MB, 420 * MB, 441 * MB], 16)).toBe(null);
    expect(sentenceOf([441 * MB, 420 * MB, 410 * MB, 400 * MB], 12)).toBe(null);
    expect(trendSentence(first())).toBe(null);
  });
});

describe('the chart of a job summary', () => {
  it.each([
    ['one day', [5, 6, 7], 0.01, 'x-axis "last pushes" 1 --> 3', 'line [5, 6, 7]'],
    ['one size', [5, 5, 5], 2, 'x-axis "days before the last push" -4 --> 0', 'line [5, 5, 5, 5, 5]'],
    ['an empty image', [0, 0], 2, 'y-axis "kB" 0 --> 0.1', 'line [0, 0, 0]'],
    ['two years', [5, 6, 7], 365, 'x-axis "days before the last push" -90 --> 0', '6, 7]'],
  ])('is drawn of %s', (_name, sizes, days, axis, line) => {
    const trend = makeTrend(
      linesOf(
        sizes.map(size => size * MB),
        days,
      ),
      NOW,
    );
    const summary = renderSummary({ ...first(), trend });
    expect(summary).toMatch(/```mermaid\n%%.*%%\nxychart-beta\n/);
    expect(summary).toContain(axis);
    expect(summary).toContain(line);
  });

  it('is not drawn of one point', () => {
    expect(renderSummary({ ...first(), trend: makeTrend(linesOf([5]), NOW) })).not.toContain('mermaid');
  });
});
