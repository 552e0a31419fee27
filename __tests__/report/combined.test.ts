import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../src/report/failure.ts';
import { headlineOf } from '../../src/report/headline.ts';
import { renderCombined, renderCombinedSummary } from '../../src/report/markdown/render-combined.ts';
import {
  MAX_COMMENT_LENGTH,
  MAX_SUMMARY_BYTES,
  renderMarkdown,
} from '../../src/report/markdown/render-markdown.ts';
import { parseMarker } from '../../src/report/marker.ts';
import type { Report } from '../../src/report/report.ts';
import { waivedReport } from '../../src/report/waiver.ts';
import { hostileText } from '../base/hostile-text.ts';
import type { LayerSpec } from '../support/fabricate/analysis.ts';
import { fabricateReport } from '../support/fabricate/report.ts';
import { hostile, NASTY } from './hostile-report.ts';
import { FAILED_LEG, matrix, named, PLATFORMS } from './matrix.ts';
import { COPY, drift, failing, first, inspected, unchanged } from './reports.ts';

/** The names of the images in the rows of the tables of images, in the order of reading. */
function rowsOf(markdown: string): readonly string[] {
  return [...markdown.replaceAll('<wbr>', '').matchAll(/^\| (?:❌|⚠️|✅) (.+?) \|/gmu)].map(
    match => match[1] ?? '',
  );
}

function brokenRows(markdown: string): readonly string[] {
  const cells = (row: string) => row.split(/(?<!\\)\|/).length;
  let expected: number | null = null;
  return markdown.split('\n').filter(line => {
    if (!line.startsWith('|')) expected = null;
    else if (expected === null) expected = cells(line);
    else return cells(line) !== expected;
    return false;
  });
}

/** A model of 50 MB in the place of another of the same size; what is pulled of it is not known. */
function replaced(): Report {
  const layersOf = (content: string): readonly LayerSpec[] => [
    { base: true, files: { 'usr/lib/libc.so.6': 74_800_000 } },
    { ...COPY, files: { 'app/model.bin': { size: 50_000_000, content } } },
  ];
  return fabricateReport({
    layers: layersOf('new'),
    baseline: { layers: layersOf('old') },
    budgets: { 'max-size': '300MB' },
  });
}

/** Grown by the same on every platform, in part by what has another name on each. */
function ofPlatform(architecture: string): Report {
  const debian: LayerSpec = { base: true, files: { 'usr/lib/libc.so.6': 74_800_000 } };
  const files = { 'opt/shared/model.bin': 50_000_000, [`opt/${architecture}-only/libapp.so`]: 20_000_000 };
  return fabricateReport({ layers: [debian, { ...COPY, files }], baseline: { layers: [debian] } });
}

const folds = (markdown: string) => [
  markdown.split('<details').length - 1,
  markdown.split('</details>').length - 1,
];

describe('a comment on several images', () => {
  it('has a row an image, worst first, for all platforms that are the same, and the unchanged folded', async () => {
    const marker = { key: 'images', head: 'def5678', base: null, run: '170251-1' };
    const text = renderCombined(matrix(), [], marker);
    expect(rowsOf(text)).toEqual([
      'api · linux/amd64, linux/arm64',
      'batch · linux/amd64, linux/arm64',
      'tools · linux/amd64, linux/arm64',
      'web · linux/amd64, linux/arm64',
    ]);
    expect(text).toContain('<summary>2 unchanged</summary>');
    expect(parseMarker(text)).toEqual(marker);
    await expect(text).toMatchFileSnapshot('../golden/matrix.comment.md');
  });

  it('says below the table, not in it, what is over budget, what changed most, and why nothing is compared', () => {
    const [text = ''] = renderCombined(matrix(), []).replaceAll('\u00a0', ' ').split('<details>');
    expect(text.match(/^- \*\*.*/gm)).toEqual([
      expect.stringMatching(
        /^- \*\*api · linux\/amd64, linux\/arm64\*\*: Efficiency 94\.3 % is under the 95 % budget\. Growth 10\.6 % is over .* \*\*\+35\.1 MB\*\* `\/opt\/llvm-19\/`, 10 files added, \[Dockerfile:4\]/,
      ),
      expect.stringMatching(/^- \*\*batch .*\*\*: \*\*\+5\.1 MB\*\* base image/),
      expect.stringMatching(/^- \*\*tools .*\*\*: No comparison: the base branch has no report yet$/),
    ]);
  });

  it('gives platforms rows of their own where one is not as the other, and begins as one image where all are the same', () => {
    const [amd64, arm64] = PLATFORMS.map(platform => named(failing(), 'app', platform));
    if (!amd64 || !arm64) throw new TypeError('there are two platforms');
    const smaller = { ...arm64, image: { ...arm64.image, size: arm64.image.size - 1_000_000 } };
    expect(rowsOf(renderCombined([amd64, smaller], []))).toEqual(['app · linux/amd64', 'app · linux/arm64']);
    const both = renderCombined([amd64, arm64], []);
    const alone = renderMarkdown(named(failing(), 'app · 2 platforms'));
    const headOf = (text: string) => text.slice(0, text.indexOf('23.2')).split('\n').slice(0, 8);
    expect(headOf(both)).toEqual(headOf(alone));
    expect(both).toContain('<summary>app · linux/arm64: ');
  });

  it('does not begin as one image where only the largest change is of all platforms', () => {
    const reports = PLATFORMS.map(platform => named(ofPlatform(platform.architecture), 'app', platform));
    const [top = ''] = renderCombined(reports, []).split('<details>');
    expect(rowsOf(top)).toEqual(['app · linux/amd64, linux/arm64']);
    expect(top).toContain('`/opt/shared/');
    expect(top).not.toContain('amd64-only');
  });

  it('names the leg that failed, and has a row for the one that did not', async () => {
    const reports = matrix().filter(
      ({ title, image }) => title !== 'tools' || image.platform.architecture === 'amd64',
    );
    const text = renderCombined(reports, [FAILED_LEG]);
    expect(rowsOf(text)).toHaveLength(4);
    expect(rowsOf(text)).toContain('tools · linux/amd64');
    expect(text).toContain('> **tools · linux/arm64** has no report: The build failed at Dockerfile:3');
    expect(text.split('\n')[0]).toContain('1 without a report');
    await expect(text).toMatchFileSnapshot('../golden/matrix-failed.comment.md');
  });

  it('puts what fails and what warns first, orders the rest by growth, and puts what nobody compared between growth and loss', () => {
    const of = (title: string, size: number): Report => {
      const report = named(drift(), title);
      const { comparison } = report;
      return {
        ...report,
        comparison: comparison && { ...comparison, delta: { ...comparison.delta, size } },
      };
    };
    const failed: Report = { ...of('failed', -9), verdict: 'fail' };
    const warned: Report = { ...of('warned', -7), verdict: 'warn' };
    const uncompared: Report = { ...named(first(), 'new'), verdict: 'pass', budgets: unchanged().budgets };
    const reports = [of('less', -5), uncompared, warned, of('some', 3), of('most', 9), failed];
    expect(rowsOf(renderCombined(reports, []))).toEqual(['failed', 'warned', 'most', 'some', 'new', 'less']);
  });

  it('folds no image whose files are others of the same size', () => {
    const report = replaced();
    expect(headlineOf(report).change).toBe('size unchanged');
    const text = renderCombined([named(report, 'ml'), named(unchanged(), 'web')], []);
    const [top = ''] = text.replaceAll('\u00a0', ' ').split('<details>');
    expect(top).toMatch(/^### 2 images: \*\*1 of the same size\*\*, 1 unchanged/);
    expect(rowsOf(top)).toEqual(['ml']);
    expect(top).toMatch(/^- \*\*ml\*\*: 1 file \(50\.0 MB\) changed and kept its size: `\/app\/model\.bin`/m);
    expect(text).toContain('<summary>1 unchanged</summary>');
  });

  it('speaks of one image and its platforms, or of images and platforms', () => {
    const heading = (reports: readonly Report[], failures: readonly Failure[] = []) =>
      renderCombined(reports, failures).split('\n')[0] ?? '';
    const two = PLATFORMS.map(platform => named(unchanged(), 'app', platform));
    expect(heading(two)).toBe('### app · 2 platforms: **unchanged at 287.4\u00a0MB**, within budget');
    expect(heading(matrix())).toMatch(/^### 4 images × 2 platforms: \*\*2 over budget\*\*/);
    expect(heading(matrix().slice(1))).toMatch(/^### 7 images: /);
    expect(heading([], [FAILED_LEG])).toBe('### 1 image: **1 without a report**');
    expect(heading([named(inspected(), 'a'), named(inspected(), 'b')])).toMatch(/\*\*not compared\*\*/);
  });

  it('adds the key where two images have one name', () => {
    const same = [
      { ...failing(), key: 'app services/a:linux/amd64' },
      { ...failing(), key: 'app services/b:linux/amd64' },
    ];
    expect(rowsOf(renderCombined(same, []))).toEqual([
      'app (app services/a:linux/amd64)',
      'app (app services/b:linux/amd64)',
    ]);
  });

  it('says that a budget was waived', () => {
    const waived = waivedReport(failing(), 'deadweight: waive');
    const text = renderCombined([waived, named(unchanged(), 'web')], []);
    expect(text.split('\n')[0]).toContain('**1 over budget (waived)**');
    expect(text).not.toContain('[!CAUTION]');
    expect(text).toContain('The label "deadweight: waive" waives the budgets');
  });
});

describe('where there is no room', () => {
  const many = (count: number, make: () => Report) =>
    Array.from({ length: count }, (_, index) => named(make(), `image-${String(index).padStart(4, '0')}`));

  it('the details of the last images go first, each with a pointer', () => {
    const text = renderCombined(many(60, failing), []);
    expect(text.length).toBeLessThanOrEqual(MAX_COMMENT_LENGTH);
    expect(rowsOf(text)).toHaveLength(60);
    const whole = [...text.matchAll(/<details><summary>(image-\d+)/g)].map(match => match[1]);
    const pointers = [...text.matchAll(/^Details of (image-\d+): too long for here, see \[/gm)];
    expect(whole.length).toBeGreaterThan(2);
    expect([...whole, ...pointers.map(match => match[1])]).toEqual(
      many(60, failing).map(({ title }) => title),
    );
    expect(renderCombinedSummary(many(60, failing), [])).not.toContain('too long for here');
  });

  it('it stays under the limits whatever the reports hold', () => {
    const filler = fc.constantFrom('<', '|', '`', '@', '漢', '\u001b', 'plain ', '`|`', ...NASTY);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 150 }),
        fc.integer({ min: 0, max: 60 }),
        filler,
        (count, failed, text) => {
          const long = text.repeat(400);
          const reports = many(count, hostile).map((report, index) => ({
            ...report,
            key: `${long}${index}`,
            title: index % 2 ? long : report.title,
          }));
          const failures = Array.from({ length: failed }, () => ({ name: long, reason: long }));
          const comment = renderCombined(reports, failures, { key: long, head: null, base: null, run: null });
          expect(comment.length).toBeLessThanOrEqual(MAX_COMMENT_LENGTH);
          const summary = renderCombinedSummary(reports, failures);
          expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
          for (const markdown of [comment, summary]) {
            expect(brokenRows(markdown)).toEqual([]);
            const [opened, closed] = folds(markdown);
            expect(opened).toBe(closed);
          }
        },
      ),
      { numRuns: 10 },
    );
  });
});

it('no name becomes markup, a mention or a second marker', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (name, reason) => {
      const reports = [
        { ...failing(), title: name, key: reason },
        { ...failing(), title: name, key: name },
      ];
      const text = renderCombined(reports, [{ name, reason }]);
      const outside = text.replace(/<code>.*?<\/code>|`[^`\n]*`/g, '');
      expect(outside).not.toMatch(/@octocat|<!--|https:\/\/evil|\[x\]\(y\)|##\[|<b>/);
      expect(text).not.toMatch(/<!--|\u001b|\u202e/);
      const [opened, closed] = folds(text);
      expect(opened).toBe(closed);
    }),
    { numRuns: 60 },
  );
});
