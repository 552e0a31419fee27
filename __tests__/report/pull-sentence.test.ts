import { expect, it } from 'vitest';
import { plainText } from '../../src/base/phrase.ts';
import { renderMarkdown } from '../../src/report/markdown/render-markdown.ts';
import type { Report } from '../../src/report/report.ts';
import { pullSentence } from '../../src/report/sentences/pull-sentence.ts';
import type { LayerSpec } from '../support/fabricate/analysis.ts';
import { fabricateReport } from '../support/fabricate/report.ts';

const MB = 1_000_000;
const DEBIAN: LayerSpec = { base: true, files: { 'bin/bash': 80 * MB }, compressedSize: 30 * MB };
const SOURCES: LayerSpec = { text: 'COPY . /app', line: 4, files: { 'app/a': MB }, compressedSize: MB };

function install(mtime: number, compressedSize: number | undefined = 60 * MB): LayerSpec {
  const files = { 'app/node_modules/x': { size: 180 * MB, content: 'x', mtime } };
  return { text: 'RUN npm ci', line: 5, files, ...(compressedSize === 0 ? {} : { compressedSize }) };
}

function reportOf(before: readonly LayerSpec[], after: readonly LayerSpec[]): Report {
  return fabricateReport({ layers: after, baseline: { layers: before } });
}

const told = (before: readonly LayerSpec[], after: readonly LayerSpec[]): string | null => {
  const sentence = pullSentence(reportOf(before, after));
  return sentence && plainText(sentence);
};

it('names what is pulled for nothing, why, and what helps', () => {
  const changed = { ...SOURCES, files: { 'app/a': MB + 1 } };
  expect(told([DEBIAN, SOURCES, install(1)], [DEBIAN, changed, install(2)])).toBe(
    '60.0 MB is pulled again although its content did not change: RUN npm ci (Dockerfile:5) was built again, as COPY . /app (Dockerfile:4) stands before it and changed. Put what changes often last.',
  );
  expect(told([DEBIAN, install(1)], [DEBIAN, install(2)])).toBe(
    '60.0 MB is pulled again although its content did not change: RUN npm ci (Dockerfile:5) differs in times, modes, owners or links alone. Where it is the times, build with SOURCE_DATE_EPOCH and the output option rewrite-timestamp=true.',
  );
  expect(told([DEBIAN, install(1)], [{ ...DEBIAN, files: { 'bin/bash': 81 * MB } }, install(2)])).toMatch(
    /was built again on the new base image\.$/,
  );
  expect(told([DEBIAN, install(1)], [DEBIAN, install(2, 0)])).toMatch(
    /^180\.0 MB \(uncompressed\) is pulled again/,
  );
});

it('stands before what changed where that is less, and the heading has what is pulled', () => {
  const changed = { ...SOURCES, files: { 'app/a': MB + 1 } };
  const comment = renderMarkdown(reportOf([DEBIAN, SOURCES, install(1)], [DEBIAN, changed, install(2)]));
  expect(comment.indexOf('is pulled again')).toBeLessThan(comment.indexOf('| Δ | what'));
  const same = renderMarkdown(reportOf([DEBIAN, install(1)], [DEBIAN, install(2)]));
  expect(same).toMatch(/^### app: \*\*size and files unchanged at 260\.0\sMB\*\*, 60\.0\sMB to pull\n/);
});

it('is silent of little, and of nothing', () => {
  expect(told([DEBIAN, install(1)], [DEBIAN, install(1)])).toBeNull();
  const small = (mtime: number): LayerSpec => ({ ...SOURCES, files: { 'app/a': { size: MB / 2, mtime } } });
  expect(told([DEBIAN, small(1)], [DEBIAN, small(2)])).toBeNull();
  expect(pullSentence({ ...reportOf([DEBIAN], [DEBIAN]), comparison: null })).toBeNull();
});

it('says once of instructions that changed places what that costs', () => {
  const make = (line: number, mtime: number): LayerSpec => ({
    ...{ text: 'RUN make', line, compressedSize: 30 * MB },
    files: { 'opt/tool': { size: 80 * MB, content: 't', mtime } },
  });
  const before = [DEBIAN, install(1), make(6, 1)];
  const comment = renderMarkdown(reportOf(before, [DEBIAN, make(4, 2), install(2)]));
  expect(comment).toContain('size and files unchanged');
  expect(comment).toMatch(/is pulled again, as .*RUN npm ci.* and .*RUN make.* changed places\.\n/);
  expect(comment).not.toContain('was moved from');
});
