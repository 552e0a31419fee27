import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ImageAnalysis, WastedFile } from '../../src/analysis/image-analysis.ts';
import { STATE_KIND } from '../../src/findings/words/waste-words.ts';
import { assembleReport, MAX_WASTED_FILES, type ReportInput } from '../../src/report/assemble-report.ts';
import { parseReport, renderJson } from '../../src/report/json.ts';
import { shownWaste, wastedPaths } from '../../src/report/wasted-paths.ts';
import { fabricate } from '../support/fabricate/analysis.ts';

/** Of a base layer and an own one, with numbers of dive's that JSON has not. */
function analysis(rest: Partial<ImageAnalysis> = {}): ImageAnalysis {
  const made = fabricate([
    { base: true, files: { a: 10 } },
    { text: 'RUN x', files: { b: 20 } },
  ]);
  return {
    ...made,
    dive: {
      efficiency: 1,
      wastedBytes: 0,
      userWastedPercent: Number.NaN,
      sizeBytes: Number.POSITIVE_INFINITY,
      userSizeBytes: 0,
    },
    notices: [{ code: 'findings-off', message: 'Same.' }],
    ...rest,
  };
}

function input(rest: Partial<ReportInput> = {}): ReportInput {
  return {
    toolVersion: '1.2.3',
    generatedAt: '2026-07-01T12:00:00Z',
    key: 'app',
    title: 'app',
    context: { commit: null, repositoryUrl: null, runUrl: null, baseline: null },
    analysis: analysis(),
    comparison: null,
    comparisonAbsence: null,
    findings: [],
    combinedPatches: [],
    ignored: [],
    leftOut: [],
    failOn: 'none',
    savings: { bytes: 0 },
    squash: { fixed: [], fixesFirst: false, reference: null, platform: null },
    budgets: [
      {
        name: 'dive-highest-user-wasted-percent',
        warn: null,
        fail: { status: 'met', limit: { value: 0.1, unit: 'ratio' }, actual: Number.NaN },
      },
      {
        name: 'max-size-increase',
        warn: { status: 'skipped', limit: { value: 0.05, unit: 'ratio' }, actual: null },
        fail: { status: 'skipped', limit: { value: 1, unit: 'bytes' }, actual: null },
      },
    ],
    verdict: 'pass',
    build: null,
    notices: [
      { code: 'findings-off', message: 'Same.' },
      { code: 'budget-skipped', message: 'Other.' },
    ],
    ...rest,
  };
}

it('makes a valid report whose numbers survive JSON', () => {
  const report = assembleReport(input());
  const json = renderJson(report);
  expect(parseReport(json)).toEqual(report);
  expect(report.dive).toMatchObject({ userWastedPercent: 'NaN', sizeBytes: 'Infinity', efficiency: 1 });
  expect(JSON.parse(json)).toMatchObject({
    budgets: [{ actual: 'NaN' }, { actual: null }, { actual: null }],
  });
  expect(report.image).toMatchObject({ layerCount: 2, baseLayerCount: 1, ownLayerCount: 1 });
  expect(report.layerHeadroom).toEqual({
    documented: { limit: 127, left: 125 },
    pull: { limit: 125, left: 123 },
  });
});

it('knows no own layers when the base is unknown', () => {
  const report = assembleReport(
    input({ analysis: analysis({ baseLayerCount: null, baseSize: null, ownSize: null }) }),
  );
  expect(report.image).toMatchObject({ baseLayerCount: null, ownLayerCount: null, ownSize: null });
});

it('says each notice once', () => {
  expect(assembleReport(input()).notices.map(notice => notice.code)).toEqual([
    'findings-off',
    'budget-skipped',
  ]);
});

const wastedFile: fc.Arbitrary<WastedFile> = fc.record({
  path: fc.constantFrom('a', 'b', 'a/b', '__proto__', 'constructor'),
  bytes: fc.integer({ min: 1, max: 1e9 }),
  reason: fc.constantFrom('deleted', 'overwritten', 'duplicate-entry'),
  writtenBy: fc.nat(5),
  hiddenBy: fc.nat(5),
});

it('joins the hidden copies of a path', () => {
  fc.assert(
    fc.property(fc.array(wastedFile), files => {
      const { listed: paths, total } = wastedPaths(files, Number.POSITIVE_INFINITY, true);
      expect(total.paths).toBe(paths.length);
      expect(total.bytes).toBe(paths.reduce((sum, { bytes }) => sum + bytes, 0));
      expect(wastedPaths(files, 2, true)).toEqual({ listed: paths.slice(0, 2), total });
      expect(new Set(paths.map(file => file.path)).size).toBe(paths.length);
      for (const joined of paths) {
        const copies = files.filter(file => file.path === joined.path);
        expect(joined.copies).toBe(copies.length);
        expect(joined.bytes).toBe(copies.reduce((sum, file) => sum + file.bytes, 0));
        expect(joined.layers).toEqual(
          [...new Set(copies.flatMap(file => [file.writtenBy, file.hiddenBy]))].sort((a, b) => a - b),
        );
        const largest = copies.reduce((best, file) => (file.bytes > best.bytes ? file : best));
        expect(joined).toMatchObject({ reason: largest.reason, writtenBy: largest.writtenBy });
      }
      expect(paths.map(file => file.bytes)).toEqual(paths.map(file => file.bytes).sort((a, b) => b - a));
    }),
  );
});

/** @param number index, which is one less than its bytes */
function deletedFile(number: number, writtenBy: number) {
  const [path, reason] = [`file-${number}`, 'deleted' as const];
  return { path, reason, bytes: number + 1, writtenBy, hiddenBy: writtenBy + 1 };
}

it('lists the largest and counts all', () => {
  const wastedFiles = Array.from({ length: 500 }, (_, number) => deletedFile(number, 1));
  const report = assembleReport(input({ analysis: analysis({ wastedFiles }) }));
  expect(report.wastedFiles).toHaveLength(MAX_WASTED_FILES);
  expect(report.wastedFiles[0]?.path).toBe('file-499');
  expect(report.wastedFilesTotal).toEqual({ paths: 500, bytes: (500 * 501) / 2 });
});

it('lists what the base image wrote only where nobody knows the base', () => {
  const wastedFiles = [deletedFile(7, 0), deletedFile(2, 1)];
  const listed = (baseLayerCount: number | null) =>
    assembleReport(input({ analysis: analysis({ wastedFiles, baseLayerCount }) })).wastedFiles.map(
      ({ path }) => path,
    );
  expect(listed(1)).toEqual(['file-2']);
  expect(listed(null)).toEqual(['file-7', 'file-2']);
});

it('has what package managers write at every call, and shows it where a finding tells of it', () => {
  const state = ['var/lib/dpkg/status', 'var/log/dpkg.log', 'etc/ld.so.cache'];
  const wastedFiles = [
    ...state.map((path, number) => ({ ...deletedFile(1000 * (number + 1), 1), path })),
    deletedFile(9, 1),
    deletedFile(8, 1),
  ];
  const untold = assembleReport(input({ analysis: analysis({ wastedFiles }), findings: [] }));
  expect(untold.wastedFiles).toHaveLength(5);
  expect(shownWaste(untold, 9).listed.map(({ path }) => path)).toEqual(['file-9', 'file-8']);
  expect(untold.wastedFilesTotal).toEqual({ paths: 5, bytes: 6022, state: { paths: 3, bytes: 6003 } });
  expect(shownWaste(untold, 9).unlisted).toEqual([
    'and 3 paths, 6.0 kB, that package managers write at every call',
  ]);
  expect(shownWaste(untold, 1).unlisted).toEqual([
    'and 1 more path, 9 B',
    'and 3 paths, 6.0 kB, that package managers write at every call',
  ]);
  const finding: ReportInput['findings'][number] = {
    rule: 'overwritten-later',
    severity: 'warning',
    location: null,
    related: null,
    evidence: { layers: [1, 2], paths: [], fileCount: 3, bytes: 6003 },
    saving: null,
    args: { what: STATE_KIND },
    edits: [],
    patch: null,
  };
  const told = assembleReport(input({ analysis: analysis({ wastedFiles }), findings: [finding] }));
  expect(told.wastedFiles).toHaveLength(5);
  expect(told.wastedFilesTotal).toEqual({ paths: 5, bytes: 6022 });
  expect(shownWaste(told, 4).unlisted).toEqual(['and 1 more path, 9 B']);
  expect(shownWaste(told, 5).unlisted).toEqual([]);
});
