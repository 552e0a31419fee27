import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { suggestionsOf } from '../../src/report/suggestion.ts';
import { hostileText } from '../base/hostile-text.ts';
import { patched } from './patched-report.ts';

type Finding = Report['findings'][number];

function withPatch(patch: Partial<NonNullable<Finding['patch']>>, from: Report = patched()): Report {
  const whole = { file: 'Dockerfile', startLine: 2, before: ['RUN a'], after: ['RUN b'], ...patch };
  return {
    ...from,
    findings: from.findings.slice(0, 1).map(each => ({ ...each, patch: whole })),
    combinedPatches: [],
  };
}

/** What a reader of CommonMark finds in the text: the code blocks at its top level, by their rules. */
function blocksOf(text: string): { readonly language: string; readonly lines: readonly string[] }[] {
  const blocks: { language: string; lines: string[] }[] = [];
  let fence: string | null = null;
  for (const line of text.split('\n')) {
    const [, ticks = '', rest = ''] = /^ {0,3}(`{3,})(.*)$/.exec(line) ?? [];
    if (fence === null && ticks !== '' && !rest.includes('`')) {
      fence = ticks;
      blocks.push({ language: rest, lines: [] });
    } else if (fence !== null && ticks.length >= fence.length && rest.trim() === '') fence = null;
    else if (fence !== null) blocks.at(-1)?.lines.push(line);
  }
  return blocks;
}

describe('suggestions', () => {
  it('are the fixes in the order of their rank, those that meet as one', async () => {
    const suggestions = suggestionsOf([patched()]);
    expect(
      suggestions.map(({ patch, findings, about }) => [patch.startLine, findings.length, about]),
    ).toEqual([
      [3, 2, { start: 2, end: 3 }],
      [6, 1, { start: 6, end: 7 }],
    ]);
    const shown = suggestions.map(({ text }) => text).join('\n\n----\n\n');
    await expect(`${shown}\n`).toMatchFileSnapshot('../golden/patched.suggestions.md');
  });

  it('leave out a fix whose lines a higher one changes', () => {
    const report = { ...patched(), combinedPatches: [] };
    const [first, second] = suggestionsOf([report]);
    expect([first?.patch, first?.findings.length]).toEqual([report.findings[0]?.patch, 1]);
    expect(second?.patch.startLine).toBe(6);
  });

  it('are there once for all platforms of a build, and know the findings of each', () => {
    const reports = [patched(), patched()];
    const suggestions = suggestionsOf(reports);
    expect(suggestions.map(({ findings }) => findings.length)).toEqual([4, 2]);
    const all = new Set(suggestions.flatMap(({ findings }) => findings));
    expect(reports.map(({ findings }) => findings.map(finding => all.has(finding)))).toEqual([
      [true, true, false, true],
      [true, true, false, true],
    ]);
  });

  it.each([
    ['a carriage return', { after: ['RUN b\r'] }],
    ['an escape', { before: ['RUN \u001b[31m'] }],
    ['text that runs backwards', { after: ['RUN \u202eb'] }],
    ['two lines in one', { after: ['RUN a\nRUN b'] }],
    ['more lines than one sees at once', { before: Array.from({ length: 41 }, () => 'RUN a') }],
    ['more than GitHub takes', { after: ['x'.repeat(60_000)] }],
  ])('are not made of %s', (_what, patch) => {
    expect(suggestionsOf([withPatch(patch)])).toEqual([]);
    expect(suggestionsOf([withPatch({ after: ['\tRUN b'] })])).toHaveLength(1);
  });

  it('take lines away where nothing is put in their place', () => {
    const [only] = suggestionsOf([withPatch({ after: [] })]);
    expect(only?.text).toMatch(/\n\n```suggestion\n```$/);
  });

  it('hold whatever the lines say in one block, and mention nobody', () => {
    const lines = fc.array(fc.oneof(hostileText, fc.constantFrom('```', '````suggestion', '   ```', '~~~')), {
      minLength: 1,
      maxLength: 4,
    });
    let made = 0;
    fc.assert(
      fc.property(lines, hostileText, (after, path) => {
        const report = withPatch({ after });
        const findings = report.findings.map(finding => ({
          ...finding,
          rule: path,
          evidence: { ...finding.evidence, paths: [{ path, bytes: 1 }] },
        }));
        const [only] = suggestionsOf([{ ...report, findings }]);
        if (!only) return;
        made += 1;
        const blocks = blocksOf(only.text);
        expect(blocks).toEqual([{ language: 'suggestion', lines: after }]);
        const said = only.text.slice(0, only.text.indexOf('\n\n'));
        expect(said.replace(/<code>.*?<\/code>|`[^`]*`/g, '')).not.toMatch(/@|<!--/);
        expect(only.text).not.toMatch(/^<!--/);
      }),
    );
    expect(made).toBeGreaterThan(5);
  });

  it('do not trust the indexes of a report', () => {
    const report = patched();
    const [both] = report.combinedPatches ?? [];
    const wrong = [{ findings: [0, 99], patch: both?.patch ?? withPatch({}).findings[0]?.patch }];
    const combinedPatches = wrong.flatMap(({ findings, patch }) => (patch ? [{ findings, patch }] : []));
    expect(suggestionsOf([{ ...report, combinedPatches }])[0]?.findings).toHaveLength(1);
  });
});
