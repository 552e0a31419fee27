import { describe, expect, it } from 'vitest';
import { formatSizeDelta } from '../../../src/base/number-text.ts';
import { plainText } from '../../../src/base/phrase.ts';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { findFixProblem } from '../../../src/findings/fix/fix-problem.ts';
import { recommendedPackages } from '../../../src/findings/rules/recommended-packages.ts';
import { makeFileTable } from '../../../src/report/html/make-file-table.ts';
import { makePageDetails } from '../../../src/report/html/make-page-details.ts';
import { makePageFixes } from '../../../src/report/html/make-page-fixes.ts';
import type { PageWaste } from '../../../src/report/html/page-details.ts';
import { buildSentence } from '../../../src/report/sentences/build-sentence.ts';
import { findingLine } from '../../../src/report/sentences/finding-line.ts';
import { UNPROVEN_REASON } from '../../../src/report/sentences/unmade-phrase.ts';
import { type DpkgPackages, dpkgLists, dpkgStatus } from '../../support/fabricate/dpkg.ts';
import { fabricateReported, type ReportSpec } from '../../support/fabricate/report.ts';
import { installedSpec } from '../installed-report.ts';
import { DOCKERFILE_LINES, patchedSpec } from '../patched-report.ts';
import { failingSpec } from '../reports.ts';

function details(spec: ReportSpec) {
  const { report, inventory } = fabricateReported(spec);
  const text = `${(spec.dockerfile ?? []).join('\n')}\n`;
  return {
    report,
    page: makePageDetails(report, inventory().head, [parseDockerfile(text, 'Dockerfile')]),
    bare: makePageDetails(report, null, []),
  };
}

function sumOf({ flows, unlistedBytes }: PageWaste): number {
  return flows.reduce((sum, { bytes }) => sum + bytes, unlistedBytes);
}

/** Base layers that hide their own files, hard links, a path twice in one tar, files hidden for several reasons. */
const WASTEFUL: ReportSpec = {
  layers: [
    { base: true, files: { a: 10, b: 20 } },
    { base: true, deletes: ['a'] },
    { files: { b: 7, c: 300, d: 40, 'e/f': 5 }, links: { g: 'c' }, earlier: { d: 4 } },
    { files: { c: { size: 300, mode: 0o600 }, h: 9 }, deletes: ['g'], opaques: ['e'] },
    { deletes: ['h', 'd'] },
  ],
};

describe('the waste of a page', () => {
  it.each([
    ['many reasons', WASTEFUL],
    ['no known base', { ...WASTEFUL, image: { baseKnown: false } }],
    ['a pull request', failingSpec()],
  ])('adds up to the wasted bytes, and from the report alone, too: %s', (_name, spec) => {
    const { report, page, bare } = details(spec);
    const { wastedBytes } = report.efficiency;
    expect(wastedBytes).toBeGreaterThan(0);
    expect(page.waste.bytes).toBe(wastedBytes);
    expect(sumOf(page.waste)).toBe(wastedBytes);
    expect(page.waste.unlistedBytes).toBe(0);
    expect(page.waste.files.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(wastedBytes);
    expect(sumOf(bare.waste)).toBe(wastedBytes);
  });

  it('says which layer wrote the bytes, which hid them, and why', () => {
    const { page } = details(WASTEFUL);
    expect(page.waste.flows).toEqual([
      { from: 2, to: 3, reason: 'overwritten', bytes: 300, count: 1 },
      { from: 2, to: 4, reason: 'deleted', bytes: 40, count: 1 },
      { from: 3, to: 4, reason: 'deleted', bytes: 9, count: 1 },
      { from: 2, to: 3, reason: 'opaque-directory', bytes: 5, count: 1 },
      { from: 2, to: 2, reason: 'duplicate-entry', bytes: 4, count: 1 },
    ]);
    expect(page.waste.notes.join()).toContain('own layers hide 20 B of the base image');
    expect(page.waste.files[1]).toEqual({ path: 'd', from: 2, to: 4, reason: 'deleted', bytes: 40 });
  });
});

describe('the packages of a page', () => {
  it('have both versions, and what they weigh more adds up to the change', () => {
    const { report, page } = details(installedSpec());
    const { list, otherDelta, isCompared, notes } = page.packages;
    const changed = list.reduce((sum, { delta }) => sum + (delta ?? 0), 0);
    expect(isCompared).toBe(true);
    expect(notes.join()).not.toContain('left out');
    expect(notes.join()).toContain(`${formatSizeDelta(otherDelta)} is of files that belong to no package.`);
    expect(changed + otherDelta).toBe(report.comparison?.delta.size);
    const named = new Map(list.map(each => [each.name, each]));
    expect(named.get('libc6')).toMatchObject({
      before: '2.36-9+deb12u9',
      after: '2.36-9+deb12u10',
      delta: 310_000,
    });
    expect(named.get('vim')).toMatchObject({ before: null, after: '2:9.0.1378-2', layers: [1] });
    expect(named.get('nano')).toMatchObject({ before: '7.2-1+deb12u1', after: null, bytes: 0, layers: [] });
    expect(list.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
      report.packages.reduce((sum, { bytes }) => sum + bytes, 0),
    );
  });

  it('are told with the layer that brought them, and with those that have them again', () => {
    const vim: DpkgPackages = { vim: ['1.0', 'usr/bin/vim'] };
    const { report, page, bare } = details({
      layers: [
        { base: true, files: { rest: 10 } },
        { files: { 'usr/bin/vim': 1000 }, texts: { ...dpkgLists(vim), ...dpkgStatus(vim, 4096) } },
        { files: { 'usr/bin/vim': { size: 1000, mode: 0o700 } }, texts: dpkgLists(vim) },
      ],
    });
    expect(report.packages.map(({ name }) => name)).toEqual(['vim']);
    expect(page.packages.list.map(({ layers }) => layers)).toEqual([[1, 2]]);
    expect(bare.packages.list.map(({ layers }) => layers)).toEqual([[2]]);
  });

  it('do not change where nothing is compared', () => {
    const { baseline: _, ...spec } = installedSpec();
    const { packages } = details(spec).page;
    expect(packages.isCompared).toBe(false);
    expect(packages.list.length).toBeGreaterThan(5);
    expect(packages.list.every(({ delta, before }) => delta === null && before === null)).toBe(true);
  });
});

describe('the sentences of a page', () => {
  it('are those of the other reports', () => {
    const { report, page } = details(patchedSpec());
    const { findings } = page.fixes;
    expect(findings).toHaveLength(report.findings.length);
    for (const [index, finding] of report.findings.entries()) {
      const sentence = plainText(findings[index]?.sentence ?? []);
      expect(sentence.startsWith(plainText(findingLine(finding)))).toBe(true);
      expect(sentence).toContain(finding.rule);
    }
    expect(page.build && report.build && plainText(page.build.sentence)).toBe(
      report.build && plainText(buildSentence(report.build, report.findings)),
    );
    expect(page.build?.steps.map(({ outcomeText }) => outcomeText)).toEqual([
      'cached',
      'cached',
      'cached',
      '38 s',
      '0.4 s',
      '0.1 s',
    ]);
  });
});

describe('what is said of a fix that is not made as it is', () => {
  it('is why it has no edit, where the Dockerfile tells', () => {
    const { report, page, bare } = details(patchedSpec());
    const [dockerfile] = [parseDockerfile(`${DOCKERFILE_LINES.join('\n')}\n`, 'Dockerfile')];
    const index = report.findings.findIndex(({ edits }) => edits.length === 0);
    const finding = report.findings[index];
    if (finding === undefined) throw new TypeError('one finding has no edits');
    const remark = page.fixes.findings[index]?.remark ?? [];
    expect(plainText(remark)).toBe(`by hand (no edit: ${findFixProblem(dockerfile, finding)})`);
    expect(plainText(bare.fixes.findings[index]?.remark ?? [])).toBe('by hand');
    expect(page.fixes.findings.filter(({ remark: said }) => said !== null)).toHaveLength(1);
  });

  it('is that a build has to prove it first', () => {
    const { report } = details(patchedSpec());
    const [first] = report.findings;
    if (first?.saving == null) throw new TypeError('the first finding saves');
    const rule = recommendedPackages.id;
    const unproven = { ...first, rule, edits: [], patch: null };
    const proven = { ...first, rule, saving: { ...first.saving, basis: 'proven' as const } };
    const [told, made] = makePageFixes({ ...report, findings: [unproven, proven] }, []).findings;
    expect(plainText(told?.remark ?? [])).toBe(`deadweight fix needs --prove. ${UNPROVEN_REASON}`);
    expect(made?.remark).toBeNull();
  });

  it('is what deadweight fix does, where no patch shows it', () => {
    const { report } = details(patchedSpec());
    const [first] = report.findings;
    if (first === undefined) throw new TypeError('there are findings');
    const [told] = makePageFixes({ ...report, findings: [{ ...first, patch: null }] }, []).findings;
    expect(plainText(told?.remark ?? [])).toBe(
      'deadweight fix: end Dockerfile:2 with rm -rf /var/lib/apt/lists/*',
    );
  });
});

it('names packages, and tells a page nothing else of those that files belong to', () => {
  const { inventory } = fabricateReported(installedSpec());
  const { packages } = makeFileTable(inventory());
  expect(packages.length).toBeGreaterThan(3);
  for (const each of packages) expect(Object.keys(each)).toEqual(['type', 'name', 'version']);
});
