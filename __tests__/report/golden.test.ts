import { describe, expect, it } from 'vitest';
import { parseReport, renderJson } from '../../src/report/json.ts';
import { renderMarkdown, renderSummary } from '../../src/report/markdown/render-markdown.ts';
import { renderTerminal } from '../../src/report/terminal/render-terminal.ts';
import { REPORTS } from './all-reports.ts';
import { failing } from './reports.ts';
import { similar } from './similar-report.ts';

const MARKER = { key: 'app/linux/amd64', head: 'def5678', base: 'abc1234', run: '170251-1' };

describe.each(Object.entries(REPORTS))('the %s report', (name, make) => {
  it('is a report', () => {
    expect(parseReport(renderJson(make()))).toEqual(make());
  });

  it('reads well as a comment', async () => {
    const text = renderMarkdown(make(), { marker: MARKER });
    await expect(text).toMatchFileSnapshot(`../golden/${name}.comment.md`);
  });

  it.each([80, 120])('reads well in a terminal of %i columns', async columns => {
    const text = renderTerminal(make(), { columns, color: false });
    await expect(text).toMatchFileSnapshot(`../golden/${name}.terminal-${columns}.txt`);
  });

  it('reads well as a job summary', async () => {
    await expect(renderSummary(make())).toMatchFileSnapshot(`../golden/${name}.summary.md`);
  });
});

it('colours what has a meaning', async () => {
  const text = renderTerminal(failing(), { columns: 100, color: true });
  await expect(text).toMatchFileSnapshot('../golden/failing.terminal-color.ansi');
});

it('tells findings of one sentence apart by their lines', () => {
  const report = failing();
  const copies = [3, 5].map(startLine => ({
    ...(report.findings[0] ?? expect.fail()),
    ...{
      rule: 'duplicate-content',
      args: { bytes: 5, fileCount: 1, copy: 'app/b', original: 'app/a' },
      related: null,
    },
    location: { file: 'Dockerfile', startLine, endLine: startLine, text: 'COPY . /app' },
  }));
  const text = renderTerminal({ ...report, findings: copies }, { columns: 200, color: false });
  expect(text.match(/is the same as \/app\/a\s+\(:\d\)/g)).toHaveLength(2);
});

it.each([80, 100, 200])('tells alike rows apart in a terminal of %i columns', async columns => {
  const text = renderTerminal(similar(), { columns, color: false });
  await expect(text).toMatchFileSnapshot(`../golden/similar.terminal-${columns}.txt`);
});
