import fc from 'fast-check';
import { expect, it } from 'vitest';
import { budgetEntries, budgetResults } from '../../src/report/budget-entry.ts';
import { fitDocument } from '../../src/report/markdown/document.ts';
import { escapeText } from '../../src/report/markdown/markdown-text.ts';
import {
  COMMENT,
  MAX_COMMENT_LENGTH,
  MAX_SUMMARY_BYTES,
  renderMarkdown,
  renderSummary,
  reportDocument,
} from '../../src/report/markdown/render-markdown.ts';
import { DROPPED_FIRST } from '../../src/report/markdown/section.ts';
import type { Report } from '../../src/report/report.ts';
import { renderTerminal } from '../../src/report/terminal/render-terminal.ts';
import { computedMs } from '../support/computed.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';
import { hostile, NASTY } from './hostile-report.ts';
import { failing, unchanged } from './reports.ts';

/** A report with far more of everything than fits, every name as long and as costly to escape as can be. */
function huge(count: number, filler: string): Report {
  const full = hostile();
  const text = filler.repeat(Math.ceil(3000 / filler.length));
  const many = <T>(items: readonly T[]): T[] =>
    Array.from({ length: count }, (_, index) => items[index % items.length]).filter(
      item => item !== undefined,
    );
  const long = instructionAt(1, text, text);
  return {
    ...full,
    title: text,
    layers: many(full.layers.slice(1)).map((layer, index) => ({
      ...layer,
      index,
      size: 1000 + index,
      wastedBytes: 10,
      instruction: long,
      createdBy: text,
    })),
    wastedFiles: many(full.wastedFiles).map((file, index) => ({ ...file, path: `${index}${text}` })),
    findings: many(full.findings).map(finding => ({ ...finding, location: long, rule: `${text}` })),
    ignoredFindings: many(full.findings).map(({ rule, severity, location }) => ({
      ...{ rule, severity, location, bytes: 0, isAdded: false },
      comment: { file: 'Dockerfile', line: 1, scope: 'file', reason: text },
    })),
    notices: many(full.notices).map((_notice, index) => ({ code: 'x', message: `${index} ${text}` })),
    comparison: full.comparison && {
      ...full.comparison,
      causes: many(full.comparison.causes).map(cause => ({ ...cause, instruction: long })),
      layers: many(full.comparison.layers).map(delta => ({ ...delta, instruction: long, change: 'changed' })),
    },
    build: full.build && {
      ...full.build,
      steps: many(full.build.steps).map(step => ({ ...step, name: text })),
      warnings: many(full.build.warnings).map(warning => ({ ...warning, message: text })),
    },
    budgets: budgetResults().parse(
      many(budgetEntries(full.budgets)).map(budget => ({ ...budget, status: 'fail' })),
    ),
    context: { ...full.context, runUrl: `https://example.org/${'x'.repeat(1900)}`, baseline: text },
  };
}

/** Every table row of a text has as many cells as the header of its table. */
function brokenRows(markdown: string): string[] {
  const cells = (row: string) => row.split(/(?<!\\)\|/).length;
  let expected: number | null = null;
  return markdown.split('\n').filter(line => {
    if (!line.startsWith('|')) expected = null;
    else if (expected === null) expected = cells(line);
    else return cells(line) !== expected;
    return false;
  });
}

function unclosed(markdown: string): number {
  return markdown.split('<details').length - markdown.split('</details>').length;
}

it('stays under the limits whatever the report holds', () => {
  const filler = fc.constantFrom('<', '|', '`', '@', '漢', '\u001b', 'plain ', '`|`', ...NASTY);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), filler, (count, text) => {
      const report = huge(count, text);
      const comment = renderMarkdown(report, {
        marker: { key: text.repeat(400), head: null, base: null, run: null },
      });
      expect(comment.length).toBeLessThanOrEqual(MAX_COMMENT_LENGTH);
      expect(comment.includes('### ')).toBe(true);
      expect(brokenRows(comment)).toEqual([]);
      expect(unclosed(comment)).toBe(0);
      const summary = renderSummary(report);
      expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
      expect(brokenRows(summary)).toEqual([]);
      expect(unclosed(summary)).toBe(0);
    }),
    { numRuns: 12 },
  );
});

it('leaves out whole sections, what is missed least first, and says where they are', () => {
  const long = 'x'.repeat(70);
  const full = failing();
  const steps = Array.from({ length: 40 }, () => full.build?.steps ?? []).flat();
  const report: Report = {
    ...full,
    context: { ...full.context, repositoryUrl: `https://github.com/${'x'.repeat(700)}` },
    wastedFiles: Array.from({ length: 200 }, (_, index) => ({
      ...(full.wastedFiles[0] ?? {
        reason: 'deleted',
        copies: 1,
        layers: [],
        writtenBy: 1,
        hiddenBy: 3,
        bytes: 1,
      }),
      path: `${index}${long}`,
    })),
    build: full.build && { ...full.build, steps },
  };
  const comment = renderMarkdown(report);
  expect(comment.length).toBeLessThanOrEqual(MAX_COMMENT_LENGTH);
  const pointer =
    'Build: too long for here, see [the job summary](https://github.com/acme/app/actions/runs/170251).';
  expect(comment.includes(pointer)).toBe(true);
  expect(comment.includes('<summary>Largest waste')).toBe(true);
  expect(comment.includes('<summary>Layers')).toBe(true);
  expect(renderSummary(report).includes('<summary>Build')).toBe(true);
});

it('leaves out every section when there is less and less room, in the order in which they are missed', () => {
  const report = huge(30, 'plain ');
  const document = reportDocument(report, COMMENT);
  const names = document.sections.map(({ name }) => name);
  const gone: string[] = [];
  let text = fitDocument(document, report, { room: Number.POSITIVE_INFINITY, length: () => 0 });
  expect(text).not.toContain('too long for here');
  for (let limit = text.length - 1; gone.length < names.length; limit = text.length - 1) {
    text = fitDocument(document, report, { room: limit, length: each => each.length });
    expect(text.length).toBeLessThanOrEqual(limit);
    const now = names.filter(name => text.includes(`${escapeText(name)}: too long for here`));
    expect(now.length).toBe(gone.length + 1);
    gone.push(...now.filter(name => !gone.includes(name)));
  }
  expect(gone).toEqual([
    ...['Build', "BuildKit's checks", 'Largest waste', 'Layers', 'Ignored findings', 'Why', 'Fixes'],
  ]);
  // Comments have no chart of the weight over time.
  expect([...gone, 'Details']).toEqual(DROPPED_FIRST.filter(name => name !== 'Trend'));
});

it('leaves out the one fold of an image that did not change', () => {
  const report = unchanged();
  const document = reportDocument(report, COMMENT);
  expect(document.sections.map(({ name }) => name)).toEqual(['Details']);
  const text = fitDocument(document, report, { room: 1000, length: each => each.length });
  expect(text).toContain('Details: too long for here');
  expect(text).toContain('<sub>');
});

it('ends in seconds on what is far too much', () => {
  const report = huge(20_000, '`|');
  const start = computedMs();
  renderMarkdown(report);
  renderTerminal(report, { columns: 80, color: true });
  expect(computedMs() - start).toBeLessThan(5000);
});
