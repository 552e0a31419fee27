import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { fixJsonSchema } from '../../script/documents/json-schema.ts';
import { DROP_REASONS, type FixReport, fixReportSchema } from '../../src/report/fix-report.ts';
import { renderFixJson } from '../../src/report/json.ts';
import { renderFixes } from '../../src/report/terminal/render-fixes.ts';
import { failing } from './reports.ts';

const DIFF = `--- a/Dockerfile
+++ b/Dockerfile
@@ -1,4 +1,4 @@
 FROM debian:bookworm
-RUN apt-get update
-RUN apt-get install -y nano
-RUN rm -rf /var/lib/apt/lists/*
+RUN apt-get update \\
+    && apt-get install -y nano \\
+    && rm -rf /var/lib/apt/lists/*
`;

function fixes(): FixReport {
  const findings = failing().findings.map(finding => ({ ...finding, patch: undefined }));
  return fixReportSchema().parse({
    schemaVersion: 1,
    tool: { name: 'deadweight', version: '1.2.3' },
    title: 'app',
    platform: 'linux/amd64',
    dockerfile: 'Dockerfile',
    fixes: [
      {
        edits: [{ kind: 'merge-runs', line: 2, lastLine: 4 }],
        findings,
        predicted: { bytes: 23_212_345, compressedBytes: 8_100_000 },
        measured: { bytes: 23_190_000, compressedBytes: 8_095_000 },
        ...{ outcome: 'proven', reason: null },
      },
      {
        edits: [{ kind: 'ignore', pattern: '.git' }],
        findings: findings.slice(0, 1),
        predicted: { bytes: 5_000_000, compressedBytes: null },
        measured: null,
        ...{ outcome: 'dropped', reason: 'It does not build. RUN ./build failed at Dockerfile:7.' },
        droppedFor: 'does-not-build',
      },
    ],
    all: {
      predicted: { bytes: 23_212_345, compressedBytes: 8_100_000 },
      measured: { bytes: 23_190_000, compressedBytes: 8_095_000 },
    },
    files: [{ path: 'Dockerfile', diff: DIFF, written: true }],
    notices: [],
  });
}

const WIDE = { columns: 120, color: false };

describe('what a fix did', () => {
  it.each([80, 120])('reads well in a terminal of %i columns', async columns => {
    const text = renderFixes(fixes(), { columns, color: false });
    await expect(text).toMatchFileSnapshot(`../golden/fixes.terminal-${columns}.txt`);
  });

  it('counts what comments ignore', () => {
    const comment = { file: 'Dockerfile', line: 3, scope: 'instruction', reason: 'we want it so' } as const;
    const ignored = {
      rule: 'deleted-later',
      severity: 'warning',
      location: null,
      bytes: 5,
      comment,
    } as const;
    const text = renderFixes({ ...fixes(), ignoredFindings: [{ ...ignored, isAdded: false }] }, WIDE);
    expect(text).toContain('1 finding is ignored by comments: deleted-later (:3: we want it so).');
  });

  it('tells apart what became of those that were not made, and counts what nobody asked for', () => {
    const report = fixes();
    const [, dropped] = report.fixes;
    if (dropped === undefined) throw new Error('the report has fixes');
    const all = DROP_REASONS.map(droppedFor => ({ ...dropped, droppedFor, reason: `It is ${droppedFor}.` }));
    const text = renderFixes({ ...report, fixes: [...all, ...all] }, WIDE);
    expect(text).toContain('Dockerfile: 0 fixes, 2 need --prove, 10 failed, 2 declined, 2 not asked for\n');
    expect(text).toContain('? needs --prove: add .git to .dockerignore. It is unproven.');
    expect(text).toContain('✗ failed: add .git to .dockerignore. It is check-failed.');
    expect(text).toContain('– declined: add .git to .dockerignore. It is declined.');
    expect(text).toContain('– 2 fixes of other rules: not asked for\n');
    expect(text).not.toContain('It is not-chosen');
  });

  it('names what it does not tell in full', () => {
    const [finding] = fixes().fixes.flatMap(({ findings }) => findings);
    if (finding === undefined) throw new Error('the report has findings');
    const left = Array.from({ length: 10 }, () => finding);
    const others = [{ ...finding, rule: 'no-user', saving: null }];
    const counted = [{ ...finding, rule: 'duplicate-versions' }];
    const text = renderFixes({ ...fixes(), left, counted, others }, WIDE);
    expect(text.match(/by hand/g)).toHaveLength(8);
    expect(text).toMatch(/· less: 20\.4 MB deleted-later \(:2\) and 20\.4 MB deleted-later \(:2\)\n/);
    expect(text).toContain('· all counted above: 20.4 MB duplicate-versions (:2)\n');
    expect(text).toContain('· without a saving: no-user (:2)\n');
  });

  it('says why the rest is left to people', () => {
    const left = fixes()
      .fixes.flatMap(({ findings }) => findings)
      .slice(0, 1);
    const text = renderFixes({ ...fixes(), left, leftBecause: ['line 4 is COPY'] }, WIDE);
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(
      /· by hand: .* \(deleted-later\) \(no edit: line 4 is COPY\)/,
    );
  });

  it('says what of a fix those above save as well, and when nothing was written', () => {
    const report = fixes();
    const [first] = report.fixes;
    if (first === undefined) throw new Error('the report has fixes');
    const text = renderFixes({ ...report, fixes: [first, { ...first, addedBytes: 1_200_000 }] }, WIDE);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('1.2 MB of it not saved above');
    expect(text.match(/not saved above/g)).toHaveLength(1);
    const none = renderFixes({ ...report, all: null, files: [] }, WIDE);
    expect(none.trimEnd().endsWith('Nothing was written.')).toBe(true);
  });

  it('says so when there is nothing to do', () => {
    const none = { ...fixes(), fixes: [], all: null, files: [] };
    expect(renderFixes(none, { columns: 80, color: false })).toBe(
      'app · linux/amd64: nothing that can be fixed safely.\n',
    );
  });

  it('commands neither a terminal nor a runner, whatever a Dockerfile says', () => {
    const diff = '--- a/D\n+++ b/D\n@@ -1 +1 @@\n-\u001b[2J\n+::error::x\n ##[group]y\n';
    const report = { ...fixes(), files: [{ path: 'D\u001b[1A', diff, written: false }] };
    const text = renderFixes(report, { columns: 80, color: false });
    expect(text).not.toContain('\u001b');
    expect(text).not.toMatch(/^\s*::/m);
    expect(text).not.toContain('##[');
    expect(renderFixJson(report)).not.toContain('##[');
  });

  it('publishes the schema that the code has', async () => {
    const published = await readFile(new URL('../../schema/fix.schema.json', import.meta.url), 'utf8');
    expect(published, 'run npm run generate').toBe(`${JSON.stringify(fixJsonSchema(), null, 2)}\n`);
  });
});
