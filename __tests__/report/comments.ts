import { failureOf } from '../../src/report/failure.ts';
import { parseReport, renderJson } from '../../src/report/json.ts';
import { renderCombined } from '../../src/report/markdown/render-combined.ts';
import { renderFailure } from '../../src/report/markdown/render-failure.ts';
import { renderMarkdown } from '../../src/report/markdown/render-markdown.ts';
import type { Report } from '../../src/report/report.ts';
import type { LayerSpec } from '../support/fabricate/analysis.ts';
import { dpkgLists, dpkgStatus } from '../support/fabricate/dpkg.ts';
import { compressedTo, fabricateReport, filesIn } from '../support/fabricate/report.ts';
import { failedReport } from './failed-report.ts';
import { installed } from './installed-report.ts';
import { FAILED_LEG, matrix, named, PLATFORMS } from './matrix.ts';
import { patched } from './patched-report.ts';
import { ADD, COPY, drift, failing, first, merged, unchanged } from './reports.ts';

const DEBIAN: LayerSpec = { base: true, createdBy: ADD, files: { 'usr/lib/libc.so.6': 74_800_000 } };

/** A file more in what is copied. */
function grown(): Report {
  const application = filesIn('app/dist/', 12_400_000);
  const model = { 'app/dist/vendor.js': 421_337 };
  return fabricateReport({
    layers: compressedTo(31_000_000, [DEBIAN, { ...COPY, files: { ...application, ...model } }]),
    baseline: { layers: compressedTo(30_800_000, [DEBIAN, { ...COPY, files: application }]) },
    budgets: { 'max-size': '100MB', 'max-size-increase': '5%' },
  });
}

/** Sixty packages of about the same size. */
function manyCauses(): Report {
  const names = Array.from({ length: 60 }, (_, index) => `lib${'abcdefghij'[index % 10]}${index}-dev`);
  const paths = Object.fromEntries(
    names.map(name => [name, [`1.${name.length}.0-${name.length}`, `usr/lib/${name}`] as const]),
  );
  const run = {
    line: 2,
    text: 'RUN apt-get update && apt-get install -y --no-install-recommends $(cat packages)',
  };
  const files = Object.fromEntries(names.map((name, index) => [`usr/lib/${name}`, 400_000 + index * 1_000]));
  const installing = { ...run, files, texts: { ...dpkgLists(paths), ...dpkgStatus(paths, 4096) } };
  return fabricateReport({
    layers: compressedTo(60_000_000, [DEBIAN, installing]),
    baseline: { layers: compressedTo(50_000_000, [DEBIAN]) },
    budgets: { 'max-size': { warn: '90MB', fail: '120MB' } },
  });
}

const WORD = 'internationalization_and_localization_support_library';

/** Names that no line of a narrow screen holds. */
function longNames(): Report {
  const folder = `opt/${WORD}/node_modules/@${WORD.slice(0, 30)}/${WORD}/`;
  const packages = {
    [`lib${WORD.replaceAll('_', '')}9`]: ['20260101.120000+git1a2b3c4d5e6f', `usr/lib/${WORD}`],
  } as const;
  const run = {
    line: 128,
    text: `RUN --mount=type=secret,id=${WORD} curl -fsSL https://downloads.example.org/${WORD}?token=0123456789abcdef0123456789abcdef | tar -xz`,
  };
  const report = fabricateReport({
    layers: compressedTo(812_000_000, [
      DEBIAN,
      {
        ...run,
        files: { ...filesIn(folder, 1_210_000_000), [`usr/lib/${WORD}`]: 310_000_000 },
        texts: { ...dpkgLists(packages), ...dpkgStatus(packages, 4096) },
      },
      { line: 140, text: `RUN rm -rf /${folder}0`, deletes: [`${folder}0`] },
    ]),
    baseline: { layers: compressedTo(50_000_000, [DEBIAN]) },
    budgets: { 'max-size-increase': '500MB', 'max-layer-size': { warn: '1GB' } },
    title: `registry.example.org/team/${WORD}`,
  });
  const dockerfile = `services/${WORD}/docker/Dockerfile.${WORD}`;
  return parseReport(renderJson(report).replaceAll('"Dockerfile"', `"${dockerfile}"`));
}

/** What a job without a token for the base branch says. */
function forked(): Report {
  return fabricateReport({
    layers: [DEBIAN, { ...COPY, files: filesIn('app/', 3_400_000) }],
    baseline: {
      absence: {
        code: 'base-branch-new',
        message:
          'There is no comparison: this run is of a fork, and the base branch has no report in the cache that it may read. Run the workflow on main once.',
      },
    },
    budgets: { 'max-size': '100MB' },
  });
}

/** Six images of one platform: each changed in its own way, or not at all. */
function sixImages(): readonly Report[] {
  return Object.entries({
    web: grown(),
    worker: merged(),
    migrate: unchanged(),
    cron: unchanged(),
    tools: first(),
    ml: manyCauses(),
  }).map(([title, report]) => named(report, title));
}

/** Every kind of comment that a pull request gets, as its pages and pictures show it. */
export const COMMENTS: Readonly<Record<string, () => string>> = {
  grown: () => renderMarkdown(grown()),
  merged: () => renderMarkdown(merged()),
  unchanged: () => renderMarkdown(unchanged()),
  first: () => renderMarkdown(first()),
  forked: () => renderMarkdown(forked()),
  failing: () => renderMarkdown(failing()),
  patched: () => renderMarkdown(patched()),
  'base-image': () => renderMarkdown(drift()),
  installed: () => renderMarkdown(installed()),
  'many-causes': () => renderMarkdown(manyCauses()),
  'long-names': () => renderMarkdown(longNames()),
  'failed-build': () => renderFailure(failureOf(failedReport())),
  matrix: () =>
    renderCombined(
      matrix().filter(({ title, image }) => title !== 'tools' || image.platform.architecture === 'amd64'),
      [FAILED_LEG],
    ),
  'six-images': () => renderCombined(sixImages(), []),
  platforms: () =>
    renderCombined(
      PLATFORMS.map(platform => named(patched(), 'app', platform)),
      [],
    ),
};
