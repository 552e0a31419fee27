import { expect, test } from 'vitest';
import { plainText } from '../../src/base/phrase.ts';
import { renderMarkdown } from '../../src/report/markdown/render-markdown.ts';
import { contentSentence } from '../../src/report/sentences/content-sentence.ts';
import { renderTerminal } from '../../src/report/terminal/render-terminal.ts';
import type { LayerSpec } from '../support/fabricate/analysis.ts';
import { fabricateReport } from '../support/fabricate/report.ts';

function reportOf(count: number) {
  const layerOf = (content: string): LayerSpec => ({
    text: 'COPY . /app',
    files: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`app/${index}`, { size: 1000 - index, content }]),
    ),
  });
  return fabricateReport({ layers: [layerOf('new')], baseline: { layers: [layerOf('old')] } });
}

test.each([
  [1, '1 file (1.0 kB) changed and kept its size: /app/0.'],
  [3, '3 files (3.0 kB) changed and kept their size: /app/0, /app/1 and /app/2.'],
  [12, '12 files (11.9 kB) changed and kept their size: /app/0, /app/1, /app/2 and 9 more.'],
])('%i changed files are named, the largest first', (count, sentence) => {
  expect(plainText(contentSentence(reportOf(count)) ?? [])).toBe(sentence);
});

test('a report without such files says nothing of them', () => {
  expect(contentSentence(reportOf(0))).toBeNull();
  expect(contentSentence(fabricateReport({ layers: [{ files: { a: 1 } }] }))).toBeNull();
});

test('the sentence stands below the layers', () => {
  const report = reportOf(1);
  expect(renderTerminal(report, { columns: 120, color: false })).toMatch(
    /Layers: 1 changed\n.*COPY \. \/app\n1 file \(1\.0 kB\) changed and kept its size: \/app\/0\.\n/s,
  );
  expect(renderMarkdown(report)).toMatch(
    /COPY \. \/app.*1 file \(1\.0 kB\) changed and kept its size: `\/app\/0`\.\n/s,
  );
});
