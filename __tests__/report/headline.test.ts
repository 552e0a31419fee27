import { expect, it } from 'vitest';
import { plainText } from '../../src/base/phrase.ts';
import { evaluateBudgets } from '../../src/budget/budget-result.ts';
import { missedSentence } from '../../src/report/budget-cell.ts';
import { changeSentences } from '../../src/report/change-sentences.ts';
import { imageNames } from '../../src/report/figure.ts';
import { baseText, headlineOf, shownNotices } from '../../src/report/headline.ts';
import { instructionTitle } from '../../src/report/layer-name.ts';
import { layerChangeText, layerRows, layersSummary, shortLayerRows } from '../../src/report/layer-row.ts';
import { alertMarkdown } from '../../src/report/markdown/headline-markdown.ts';
import type { Report } from '../../src/report/report.ts';
import { findingSentence } from '../../src/report/sentences/finding-line.ts';
import { renderTerminal } from '../../src/report/terminal/render-terminal.ts';
import { parseBudgets } from '../support/budgets.ts';
import { fabricate, type LayerSpec } from '../support/fabricate/analysis.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';
import { BASE_COMMIT, fabricateReport } from '../support/fabricate/report.ts';
import { diff, failing, first, inspected, unchanged } from './reports.ts';

it('says nothing of budgets where there are none', () => {
  expect(headlineOf({ ...unchanged(), budgets: [] }).verdict).toBeNull();
  expect(headlineOf(unchanged()).verdict).toBe('within budget');
  expect(headlineOf(failing()).verdict).toBe('1 budget exceeded, 1 warning level exceeded');
});

it('never says that a budget holds which nobody could check', () => {
  expect(first().verdict).toBe('warn');
  expect(headlineOf(first()).verdict).toBe('1 budget not checked');
  // As a version before this one judged it.
  expect(headlineOf({ ...first(), verdict: 'pass' }).verdict).toBe('1 budget not checked');
});

it('says why a missing base fails', () => {
  const report: Report = {
    ...first(),
    comparisonAbsence: null,
    verdict: 'fail',
    budgets: evaluateBudgets(parseBudgets({ 'max-size-increase': '5%' }), fabricate([]), null).results,
  };
  const why =
    'max-size-increase was not checked, and without a base missing-baseline makes that a failure: name one with --against (input: against)';
  expect(headlineOf(report).verdict).toBe('1 budget not checked (failed)');
  expect(missedSentence(report)).toBe(why);
  expect(alertMarkdown(report)).toBe(`> [!CAUTION]\n> ${why}.`);
  expect(renderTerminal(report, { columns: 120, color: false }).replace(/\s+/g, ' ')).toContain(`✗ ${why}.`);
  const comparisonAbsence = {
    code: 'base-does-not-build',
    message: 'There is no comparison: the base abc1234 does not build. RUN false failed.',
  };
  expect(missedSentence({ ...report, comparisonAbsence })).toBe(
    'max-size-increase was not checked, and without a base missing-baseline makes that a failure: the base abc1234 does not build',
  );
  expect(missedSentence(failing())).toBeNull();
});

it('gives the reason of a missing comparison without saying twice that it is missing', () => {
  const message = 'There is no comparison: the base abc1234 does not build. Exit code 1.';
  const report = { ...first(), comparisonAbsence: { code: 'x', message } };
  expect(headlineOf(report).absence).toBe('the base abc1234 does not build');
  expect(shownNotices(report)[0]?.message).toBe(message);
  const short = { ...report, comparisonAbsence: { code: 'x', message: 'The base has no report.' } };
  expect(headlineOf(short).absence).toBe('the base has no report');
  expect(shownNotices(short)).toEqual(report.notices);
  expect(headlineOf(inspected()).absence).toBeNull();
});

it('tells how the base was chosen once', () => {
  const said = (baseline: string | null) =>
    baseText({ ...failing(), context: { ...failing().context, baseline } });
  expect(said('The base is abc1234, the first parent.')).toBe('The base is abc1234, the first parent.');
  expect(said('First parent.')).toBe('Base: First parent.');
  expect(said(null)).toBeNull();
});

it('calls the sides by what tells them apart', () => {
  expect(imageNames(failing())).toEqual({ base: 'abc1234', head: 'def5678' });
  expect(imageNames(diff())).toEqual({ base: 'app:1', head: 'app:2' });
  const same = diff();
  const { comparison } = same;
  if (!comparison) throw new TypeError('the report compares');
  const head = { ...comparison.head, imageId: `sha256:${'1'.padStart(64, '0')}` };
  const baseline = { ...head, imageId: `sha256:${'2'.padStart(64, '0')}` };
  expect(imageNames({ ...same, comparison: { ...comparison, baseline, head } })).toEqual({
    base: '000000000000',
    head: '000000000000',
  });
  const committed = { ...baseline, commit: BASE_COMMIT };
  expect(imageNames({ ...same, comparison: { ...comparison, baseline: committed, head } })).toEqual({
    base: 'abc1234',
    head: null,
  });
});

it('calls an archive and an image by their whole names', () => {
  const report = diff();
  const { comparison } = report;
  if (!comparison) throw new TypeError('the report compares');
  const baseline = { ...comparison.baseline, reference: '/tmp/app.tar' };
  const head = { ...comparison.head, reference: 'app:2' };
  expect(imageNames({ ...report, comparison: { ...comparison, baseline, head } })).toEqual({
    base: '/tmp/app.tar',
    head: 'app:2',
  });
});

it('says above all that growth is not compared, where a reader would take it for none', () => {
  const report = {
    ...unchanged(),
    notices: [{ code: 'uncommitted-files', message: '5.0 MB is of no commit.' }],
  };
  expect(changeSentences(report).map(plainText)).toEqual(['5.0 MB is of no commit.']);
  expect(shownNotices(report)).toEqual([]);
  const grown = { ...failing(), budgets: [], notices: report.notices };
  expect(changeSentences(grown)).toEqual([]);
  expect(shownNotices(grown)).toHaveLength(1);
});

it.each([
  ['RUN apt-get update && \\\n    make \\  \n  install', '', 'RUN apt-get update && make install'],
  ['RUN <<EOF\necho hi\nEOF', '', 'RUN <<EOF echo hi EOF'],
  [null, '/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'],
  [null, '/bin/sh -c make', 'RUN make'],
  [null, 'RUN /bin/sh -c make # buildkit', 'RUN make'],
  [null, 'COPY a b # buildkit', 'COPY a b'],
  [null, '', '(unknown)'],
  [null, '\u001b[2J', '\\x1b[2J'],
])('titles a layer by its instruction: %#', (text, createdBy, title) => {
  expect(instructionTitle({ instruction: text === null ? null : instructionAt(1, text), createdBy })).toBe(
    title,
  );
});

it('joins the layers of the base and folds what did not change when there is much', () => {
  const base: readonly LayerSpec[] = [
    { base: true, files: { a: 5 } },
    { base: true, files: { b: 6 } },
  ];
  const runs = Array.from({ length: 60 }, (_, index) => ({ text: 'RUN x', files: { [index]: 1 } }));
  const { layers } = fabricateReport({ layers: [...base, ...runs] });
  const plain: Report = { ...first(), layers };
  expect(layerRows(plain)[0]).toMatchObject({ folded: '2 base layers', size: 11, indexes: [0, 1] });
  expect(shortLayerRows(plain, 40).rows).toHaveLength(40);
  expect(shortLayerRows(plain, 40).rest).toHaveLength(21);
  const { comparison } = failing();
  const [delta] = comparison?.layers.slice(1) ?? [];
  if (!comparison || !delta) throw new TypeError('the report compares');
  const deltas = runs.map((_one, index) => ({
    ...delta,
    headIndex: index,
    change: index === 30 ? ('changed' as const) : ('unchanged' as const),
    delta: index === 30 ? -5 : 0,
  }));
  const compared = shortLayerRows({ ...plain, comparison: { ...comparison, layers: deltas } }, 40);
  expect(compared.rows.map(row => row.folded)).toEqual(['30 unchanged layers', null, '29 unchanged layers']);
  expect(compared.rows.map(layerChangeText)).toEqual(['', '−5 B', '']);
  expect(layersSummary(plain)).toBe('5 layers, 410.5 MB');
});

it('falls back to the rule where it has no sentence for a finding', () => {
  const [finding] = failing().findings;
  if (!finding) throw new TypeError('the report has findings');
  for (const rule of ['of-tomorrow', 'constructor', '__proto__']) {
    expect(plainText(findingSentence({ ...finding, rule }))).toBe(
      `${rule} at Dockerfile:2: 20.4 MB in /var/lib/apt/lists/`,
    );
  }
});
