import { expect, test } from 'vitest';
import { plainText } from '../../src/base/phrase.ts';
import { renderMarkdown } from '../../src/report/markdown/render-markdown.ts';
import { contentSentence } from '../../src/report/sentences/content-sentence.ts';
import { renderTerminal } from '../../src/report/terminal/render-terminal.ts';
import type { LayerSpec } from '../support/fabricate/analysis.ts';
import { fabricateReport } from '../support/fabricate/report.ts';

function reportOf(count: number, below: readonly LayerSpec[] = []) {
  const layerOf = (content: string): LayerSpec => ({
    text: 'COPY . /app',
    files: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`app/${index}`, { size: 1000 - index, content }]),
    ),
  });
  return fabricateReport({
    layers: [...below, layerOf('new')],
    baseline: { layers: [...below, layerOf('old')] },
  });
}

test.each([
  [1, '1 file (1.0 kB) changed and kept its size: /app/0 (Dockerfile:1 COPY . /app).'],
  [3, '3 files (3.0 kB) changed and kept their size: /app/0, /app/1 and /app/2 (Dockerfile:1 COPY . /app).'],
  [12, '12 files (11.9 kB) changed and kept their size: /app/0, /app/1, /app/2 and 9 more.'],
])('%i changed files are named, the largest first', (count, sentence) => {
  expect(plainText(contentSentence(reportOf(count)) ?? [])).toBe(sentence);
});

test('a report without such files says nothing of them', () => {
  expect(contentSentence(reportOf(0))).toBeNull();
  expect(contentSentence(fabricateReport({ layers: [{ files: { a: 1 } }] }))).toBeNull();
});

test('the sentence stands above all, and below the layers where it is of little', () => {
  const sentence = '1 file (1.0 kB) changed and kept its size: ';
  const report = reportOf(1);
  expect(renderTerminal(report, { columns: 120, color: false })).toMatch(
    /size unchanged\n {2}• 1 file \(1\.0 kB\) changed and kept its size: \/app\/0 \(:1 COPY \. \/app\)\.\n/,
  );
  expect(renderMarkdown(report)).toMatch(
    / at 1\.0\skB\*\*, 1\.0\skB to pull \(uncompressed\)\n\n1 file .*\n\n\| /,
  );
  const large = reportOf(1, [{ base: true, files: { 'bin/bash': 80_000_000 } }]);
  for (const rendered of [renderTerminal(large, { columns: 120, color: false }), renderMarkdown(large)]) {
    const text = rendered.replaceAll('\u00a0', ' ');
    expect(text.split(sentence)).toHaveLength(2);
    expect(text.indexOf(sentence)).toBeGreaterThan(text.indexOf('COPY . /app'));
  }
});
