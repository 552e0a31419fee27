import { expect, it } from 'vitest';
import { plainText } from '../../src/base/phrase.ts';
import { renderMarkdown } from '../../src/report/markdown/render-markdown.ts';
import { type ReportSquashed, squashedSentence } from '../../src/report/sentences/squashed-sentence.ts';
import { renderTerminal } from '../../src/report/terminal/render-terminal.ts';
import { inspected } from './reports.ts';

const SQUASHED: ReportSquashed = {
  ranges: [
    { first: 1, last: 2, size: 5_000_000, saving: { bytes: 60_000_000 } },
    { first: 4, last: 7, size: 1_000_000, saving: { bytes: 0 } },
  ],
  before: { layerCount: 9, size: 200_000_000, compressedSize: null },
  dropped: ['inline-cache', 'attestations'],
};

const squashed = (rest: Partial<ReportSquashed> = {}) => ({
  ...inspected(),
  squashed: { ...SQUASHED, ...rest },
});

function sentenceOf(rest: Partial<ReportSquashed> = {}): string | null {
  const sentence = squashedSentence(squashed(rest));
  return sentence && plainText(sentence);
}

it('says which layers became one, what that frees and what is left out', () => {
  expect(sentenceOf()).toMatchInlineSnapshot(
    `"Squashed, 9 → 5 layers: layers 1 and 2 of the build are one of 5.0 MB and layers 4 to 7 of the build are one of 1.0 MB, which frees 60.0 MB (the build has 200.0 MB). Left out: the record of the inline cache and the attestations, which are of the image as it was."`,
  );
});

it('says where nothing is freed and nothing is left out', () => {
  expect(sentenceOf({ ranges: SQUASHED.ranges.slice(1), dropped: [] })).toMatchInlineSnapshot(
    `"Squashed, 9 → 5 layers: layers 4 to 7 of the build are one of 1.0 MB, which frees nothing."`,
  );
});

it('is silent where no layers were merged', () => {
  expect(sentenceOf({ ranges: [] })).toBeNull();
  expect(squashedSentence({ ...inspected(), squashed: null })).toBeNull();
});

it('is in the comment and in the terminal', async () => {
  await expect(renderMarkdown(squashed())).toMatchFileSnapshot('../golden/squashed.comment.md');
  const text = renderTerminal(squashed(), { columns: 80, color: false });
  await expect(text).toMatchFileSnapshot('../golden/squashed.terminal-80.txt');
});
