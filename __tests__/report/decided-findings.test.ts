import { describe, expect, it } from 'vitest';
import { reportJsonSchema } from '../../script/documents/json-schema.ts';
import type { ImageAnalysis } from '../../src/analysis/image-analysis.ts';
import type { FailOn } from '../../src/base/fail-on.ts';
import type { IgnoreComment } from '../../src/dockerfile/ignore-comment.ts';
import type { LeftOutFinding } from '../../src/findings/decisions/left-out.ts';
import type { FoundFinding } from '../../src/findings/finding.ts';
import { RuleContext } from '../../src/findings/rule-context.ts';
import { deletedLater } from '../../src/findings/rules/deleted-later.ts';
import { annotationsOf } from '../../src/report/annotation.ts';
import { parseReport, renderJson } from '../../src/report/json.ts';
import { renderCombined } from '../../src/report/markdown/render-combined.ts';
import { renderMarkdown } from '../../src/report/markdown/render-markdown.ts';
import { renderTerminal } from '../../src/report/terminal/render-terminal.ts';
import { isWaived, waivedReport } from '../../src/report/waiver.ts';
import { LOCAL_ORIGIN } from '../../src/run/weigh/image-report.ts';
import { fabricateReport } from '../support/fabricate/report.ts';

const find = (analysis: ImageAnalysis): readonly FoundFinding[] =>
  deletedLater.find(new RuleContext(analysis));

function comment(reason: string | null): IgnoreComment {
  return { line: 7, scope: 'instruction', rules: ['deleted-later'], reason, instruction: null };
}

interface Decided {
  readonly failOn?: FailOn;
  readonly ignored?: { readonly reason: string | null; readonly isAdded: boolean };
  readonly leftOut?: readonly LeftOutFinding[];
  readonly budgets?: Readonly<Record<string, string>>;
}

function report({ failOn = 'none', ignored, leftOut = [], budgets = {} }: Decided) {
  return fabricateReport({
    origin: LOCAL_ORIGIN,
    failOn,
    leftOut,
    budgets,
    layers: [
      { base: true, files: { 'bin/sh': 1_000_000 } },
      { line: 2, text: 'RUN fill', files: { 'srv/a': 3_000_000 } },
      { line: 3, text: 'RUN rm -r /srv', deletes: ['srv'] },
    ],
    ...(ignored === undefined
      ? { find }
      : {
          ignore: analysis =>
            find(analysis).map(finding => ({
              finding,
              comment: comment(ignored.reason),
              file: 'Dockerfile',
              isAdded: ignored.isAdded,
            })),
        }),
  });
}

const TERMINAL = { columns: 120, color: false };

describe('fail-on', () => {
  it.each([
    ['none', 'pass'],
    ['error', 'pass'],
    ['warning', 'fail'],
    ['info', 'fail'],
  ] as const)('%s: a warning makes it %s', (failOn, verdict) => {
    expect(report({ failOn }).verdict).toBe(verdict);
  });

  it('is told with what fails, in every medium', () => {
    const failed = report({ failOn: 'warning', budgets: { 'max-size': '500MB' } });
    const sentence = '1 finding of the level warning or above (fail-on): ';
    expect(renderMarkdown(failed)).toMatch(/^### app: \*\*4\.0\sMB\*\*, failed by 1 finding$/m);
    expect(renderMarkdown(failed)).toContain(`> [!CAUTION]\n> ${sentence}\`deleted-later\` (Dockerfile:2).`);
    expect(renderTerminal(failed, TERMINAL)).toContain(`✗ ${sentence}deleted-later (:2).`);
    expect(renderCombined([failed, report({})], []).split('\n')[0]).toContain('**1 failed by findings**');
  });

  it('is waived with the budgets', () => {
    const waived = waivedReport(report({ failOn: 'warning' }), 'let it');
    expect(waived.verdict).toBe('warn');
    expect(isWaived(waived)).toBe(true);
    expect(waived.notices[0]?.message).toBe(
      'The label "let it" waives the budgets and fail-on for this pull request.',
    );
    expect(renderMarkdown(waived)).toContain('[!WARNING]');
  });
});

describe('ignored findings', () => {
  const ignored = { reason: 'we want it', isAdded: false };

  it('are counted with their reasons, and shown nowhere else', () => {
    const told = report({ ignored });
    expect(told.findings).toEqual([]);
    expect(told.savings.bytes).toBe(0);
    expect(annotationsOf(told)).toEqual([]);
    expect(renderTerminal(told, TERMINAL)).toContain(
      '1 finding is ignored by comments: deleted-later (:7: we want it).',
    );
    expect(renderMarkdown(told)).toContain('<summary>Ignored findings: 1</summary>');
    expect(renderMarkdown(told)).toContain('`deleted-later` (Dockerfile:7: we want it)');
    expect(renderTerminal(report({ ignored: { ...ignored, reason: null } }), TERMINAL)).toContain(
      '(:7: no reason given)',
    );
  });

  it('fail nothing, but for those that a pull request ignores by itself', () => {
    expect(report({ failOn: 'info', ignored })).toMatchObject({ verdict: 'pass', notices: [] });
    const added = { ...ignored, isAdded: true };
    const message =
      '1 finding is ignored by comments that this pull request adds: deleted-later (Dockerfile:7: we want it)';
    expect(report({ ignored: added })).toMatchObject({
      verdict: 'pass',
      notices: [{ code: 'ignores-added', message: `${message}.` }],
    });
    expect(report({ failOn: 'warning', ignored: added })).toMatchObject({
      verdict: 'fail',
      notices: [{ message: `${message}; fail-on goes by the comments of the base.` }],
    });
  });

  it('are in the JSON report, and read again', () => {
    const told = report({ ignored, failOn: 'error' });
    expect(parseReport(renderJson(told))).toEqual(told);
    expect(told.ignoredFindings).toMatchObject([
      { rule: 'deleted-later', severity: 'warning', bytes: 3_000_000, isAdded: false },
    ]);
    const { ignoredFindings: _ignored, failOn: _failOn, ...earlier } = told;
    expect(parseReport(renderJson(earlier)).verdict).toBe('pass');
    expect(reportJsonSchema()['required']).not.toContain('ignoredFindings');
  });
});

it('findings that are left out are counted by rule and cause, and read again', () => {
  const leftOut: readonly LeftOutFinding[] = [
    { rule: 'npm-cache', by: 'off' },
    { rule: 'pip-cache', by: 'off' },
    { rule: 'npm-cache', by: 'off' },
    { rule: 'npm-cache', by: 'ignore-paths' },
    { rule: 'log-files', by: 'min-bytes' },
  ];
  const told = report({ leftOut, ignored: { reason: null, isAdded: false } });
  expect(told.leftOutFindings).toEqual([
    { rule: 'npm-cache', cause: 'off', count: 2 },
    { rule: 'pip-cache', cause: 'off', count: 1 },
    { rule: 'npm-cache', cause: 'ignore-paths', count: 1 },
    { rule: 'log-files', cause: 'min-bytes', count: 1 },
    { rule: 'deleted-later', cause: 'comment', count: 1 },
  ]);
  expect(parseReport(renderJson(told))).toEqual(told);
  const { leftOutFindings: _left, ...earlier } = told;
  expect(parseReport(renderJson(earlier))).toEqual(earlier);
  expect(reportJsonSchema()['required']).not.toContain('leftOutFindings');
  expect(report({}).leftOutFindings).toEqual([]);
});

it('findings have the address of their page', () => {
  const address = 'https://github.com/deadweight/deadweight/blob/main/docs/rules/deleted-later.md';
  const found = report({});
  expect(found.findings.map(({ url }) => url)).toEqual([address]);
  expect(renderMarkdown(found)).toContain(`([\`deleted-later\`](${address}))`);
  expect(renderTerminal(found, TERMINAL)).toContain(' (deleted-later)');
});
