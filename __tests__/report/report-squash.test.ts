import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/base/phrase.ts';
import type { BudgetSetting } from '../../src/budget/budget.ts';
import type { FoundFinding } from '../../src/findings/finding.ts';
import { predictSaving } from '../../src/findings/finding.ts';
import { excessCause } from '../../src/report/excess-cause.ts';
import { renderMarkdown } from '../../src/report/markdown/render-markdown.ts';
import type { Report } from '../../src/report/report.ts';
import { squashPlace } from '../../src/report/report-squash.ts';
import { squashSentence } from '../../src/report/sentences/squash-sentence.ts';
import { renderTerminal } from '../../src/report/terminal/render-terminal.ts';
import type { LayerSpec } from '../support/fabricate/analysis.ts';
import { fabricateReport, type ReportSpec } from '../support/fabricate/report.ts';
import { crowded, squashable } from './squashable-reports.ts';

const BASE: LayerSpec = { base: true, files: { libc: 75_000_000 } };
const BUILD = { durationMs: 1, steps: [], cacheBreak: null, warnings: [] } as const;

const MOVED: readonly LayerSpec[] = [
  BASE,
  { files: { 'tmp/archive': 40_000_000, 'tmp/lists': 20_000_000, program: 5_000_000 } },
  { deletes: ['tmp/archive', 'tmp/lists'] },
];

/** What a fix would free of the second layer. */
function fixOf(freed: Readonly<Record<string, number>>): FoundFinding {
  const files = Object.entries(freed).map(([path, bytes]) => ({ layer: 1, path, bytes }));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    rule: 'deleted-later',
    severity: 'warning',
    ...{ args: {}, location: null, related: null, edits: [], freed: files },
    evidence: { layers: [1], paths: files, fileCount: files.length, bytes },
    saving: predictSaving(bytes),
  };
}

function built(rest: Partial<ReportSpec>): Report {
  return fabricateReport({ layers: MOVED, build: BUILD, ...rest });
}

function sentenceOf(report: Report): string | null {
  return report.squash ? plainText(squashSentence(report, report.squash)) : null;
}

describe('beside fixes of the Dockerfile', () => {
  it('is silent where they free it all', () => {
    const all = [fixOf({ 'tmp/archive': 40_000_000, 'tmp/lists': 20_000_000 })];
    expect(built({ find: () => all }).squash).toBeNull();
    const ignored = all.map(finding => ({
      finding,
      comment: { line: 1, rules: [], scope: 'file', reason: null, instruction: null } as const,
      file: 'Dockerfile',
      isAdded: false,
    }));
    expect(built({ ignore: () => ignored }).squash).toBeNull();
  });

  it('says what they leave', () => {
    const report = built({ find: () => [fixOf({ 'tmp/lists': 20_000_000 })] });
    expect(report.squash).toEqual({
      ranges: [{ first: 1, last: 2, size: 5_000_000, saving: { bytes: 60_000_000, addedBytes: 40_000_000 } }],
      ...{ layerCount: 2, limit: null, fixesFirst: true, platform: null },
      reference: 'docker-daemon:app:latest',
    });
    expect(sentenceOf(report)).toBe(
      'Beyond the fixes, merging layers 1 and 2 into one of 5.0 MB, pulled whole at any change, frees 40.0 MB (60.0 MB with what fixes free) and leaves 2 layers',
    );
    expect(sentenceOf(built({}))).toMatch(/^Merging layers 1 and 2 into .* frees 60\.0 MB and leaves/);
  });

  it('says it all where the Dockerfile is not there', () => {
    const report = built({ build: null, find: () => [fixOf({ 'tmp/archive': 40_000_000 })] });
    expect(sentenceOf(report)).toMatch(/^Without a new build, merging .* frees 60\.0 MB and leaves/);
  });
});

/** Of an image with so many layers, with a budget as the configuration file has it. */
function limitOf(layerCount: number, budget?: BudgetSetting): number | null {
  const layers = [BASE, ...new Array<LayerSpec>(layerCount - 1).fill({})];
  const { squash } = fabricateReport({
    layers,
    budgets: budget === undefined ? {} : { 'max-layers': budget },
  });
  if (squash) expect(squash.layerCount).toBe(squash.limit);
  return squash?.limit ?? null;
}

describe('the most layers that are advised', () => {
  it.each([
    [99, null],
    [100, 99],
    [125, 99],
    [126, 125],
    [127, 125],
    [128, 125],
  ])('are, for an image of %i that nobody has set a budget for, %j', (layers, limit) => {
    expect(limitOf(layers)).toBe(limit);
  });

  it('are those of the budget, but no more than every engine pulls unless the budget says so', () => {
    expect(limitOf(12, 10)).toBe(10);
    expect(limitOf(12, { warn: 8, fail: 10 })).toBe(10);
    expect(limitOf(9, { warn: 8, fail: 10 })).toBe(8);
    expect(limitOf(130, 126)).toBe(125);
    expect(limitOf(205, 200)).toBe(200);
  });

  it('are those that it has where its budget holds, or is off', () => {
    expect(limitOf(150, 200)).toBeNull();
    expect(limitOf(110, { warn: 120 })).toBeNull();
    expect(limitOf(130, 'off')).toBeNull();
  });

  it('are none where base layers alone are too many', () => {
    const base = new Array<LayerSpec>(12).fill({ base: true });
    const report = fabricateReport({ layers: [...base, {}], budgets: { 'max-layers': 10 } });
    expect(report.squash).toBeNull();
    expect(excessCause(report, 'max-layers')).toBeNull();
  });
});

describe('the place where it is said', () => {
  const near = (layers: readonly LayerSpec[]) =>
    fabricateReport({ layers: [...layers, ...new Array<LayerSpec>(100).fill({})] });

  it.each([
    ['excess', crowded()],
    ['waste', squashable()],
    ['layers', near([BASE])],
    ['waste', near(MOVED)],
    // What own layers waste helps, and not enough.
    [
      'waste',
      fabricateReport({
        layers: [...new Array<LayerSpec>(12).fill({ base: true }), ...MOVED],
        budgets: { 'max-layers': 10 },
      }),
    ],
    [null, built({ layers: [BASE, { files: { program: 1 } }] })],
  ] as const)('is one: %s', (place, report) => {
    expect(squashPlace(report)).toBe(place);
    const count = place === null ? 0 : 1;
    const terminal = renderTerminal(report, { columns: 200, color: false });
    expect(terminal.split('deadweight squash').length - 1).toBe(count);
    expect(renderMarkdown(report).split('deadweight squash').length - 1).toBe(count);
  });

  it('has waste and the limit in one', () => {
    const layers = [...MOVED, ...new Array<LayerSpec>(9).fill({})];
    const report = built({ layers, budgets: { 'max-layers': 10 } });
    const cause = excessCause(report, 'max-layers');
    expect(cause && plainText(cause.text)).toBe(
      'merging layers 1 and 2 into one of 5.0 MB and layers 10 and 11 into one of 0 B, pulled whole at any change, frees 60.0 MB and leaves 10 layers',
    );
    expect(cause?.command).toEqual(
      expect.arrayContaining(['--layers 1..2', '--layers 10..11', 'docker-daemon:app:latest']),
    );
  });
});

it('has no name of an image that is gone when the run has ended', () => {
  const report = fabricateReport({ layers: MOVED, openable: null });
  expect(report.squash?.reference).toBeNull();
  expect(renderMarkdown(report)).toContain('`deadweight squash IMAGE --layers 1..2`');
});

it('is read from reports of versions that did not have it', () => {
  const { squash: _, ...former } = squashable();
  expect(squashPlace(former)).toBeNull();
  expect(renderMarkdown(former)).not.toContain('squash');
});
