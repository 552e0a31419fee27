import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listFormatOf } from '../../src/inventory/list-format.ts';
import { fileList } from '../../src/report/file-list.ts';
import { fabricateReported, type ReportSpec } from '../support/fabricate/report.ts';

const DEBIAN = {
  base: true,
  text: 'FROM debian:bookworm',
  files: { 'bin/sh': 100, 'etc/issue': 40 },
} as const;
const LAYERS: ReportSpec['layers'] = [
  DEBIAN,
  { text: 'RUN fetch', line: 2, files: { 'tmp/a.tar': 500, 'opt/app': 70, 'etc/issue': 41 } },
  { text: 'RUN rm /tmp/a.tar', line: 3, deletes: ['tmp/a.tar'], symlinks: { 'opt/link': 'app' } },
];
const BEFORE: ReportSpec['layers'] = [
  DEBIAN,
  { text: 'RUN fetch', line: 2, files: { 'opt/app': 60, 'opt/old': 5 } },
];

const Line = z.looseObject({
  path: z.string(),
  size: z.number(),
  wasted: z.number(),
  visible: z.number(),
  layer: z.number().nullable(),
});

function listed(spec: ReportSpec) {
  const { report, inventory } = fabricateReported(spec);
  const text = (format: 'csv' | 'ndjson'): string => [...fileList(report, inventory(), format)].join('');
  const lines = text('ndjson').trimEnd().split('\n');
  const rows = lines.filter(line => line !== '').map(line => Line.parse(JSON.parse(line)));
  return { report, text, rows, csv: parse(text('csv'), { columns: true }) };
}

function sum<T>(rows: readonly T[], number: (row: T) => number): number {
  return rows.reduce((total, row) => total + number(row), 0);
}

describe('the list of all files', () => {
  it('has a line for each entry of each layer, with what became of it', () => {
    const { rows, report } = listed({ layers: LAYERS });
    expect(rows).toMatchObject([
      { path: '/bin/sh', state: 'kept', size: 100, visible: 100, wasted: 0, origin: 'base' },
      { path: '/etc/issue', state: 'changed', size: 40, hidden: 40, wasted: 0, hiddenBy: 1, goneIn: 1 },
      { path: '/tmp/a.tar', state: 'deleted', wasted: 500, reason: 'deleted', goneIn: 2, line: 2 },
      { path: '/opt/app', state: 'kept', instruction: 'RUN fetch', file: 'Dockerfile', layer: 1 },
      { path: '/etc/issue', state: 'kept', size: 41, mode: '0644' },
      { path: '/opt/link', kind: 'symlink', link: 'app', layer: 2, size: 0 },
    ]);
    expect(sum(rows, row => row.size)).toBe(report.image.size);
    expect(sum(rows, row => row.wasted)).toBe(report.efficiency.wastedBytes);
  });

  it('says the same as CSV', () => {
    const { rows, csv } = listed({ layers: LAYERS });
    const asText = rows.map(row =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, value === null ? '' : String(value)]),
      ),
    );
    expect(csv).toEqual(asText);
  });

  it('has a line for each path of two images, whose deltas add up', () => {
    const { rows, report, csv } = listed({ layers: LAYERS, baseline: { layers: BEFORE } });
    expect(rows).toMatchObject([
      { path: '/bin/sh', change: 'unchanged', delta: 0 },
      { path: '/etc/issue', change: 'changed', delta: 41, baselineSize: 40, size: 81, wasted: 0 },
      { path: '/tmp/a.tar', change: 'added', delta: 500, state: 'deleted' },
      { path: '/opt/app', change: 'changed', delta: 10, baselineLayer: 1, baselineInstruction: 'RUN fetch' },
      { path: '/opt/link', change: 'added', delta: 0 },
      { path: '/opt/old', change: 'removed', delta: -5, layer: null, baselineSize: 5 },
    ]);
    expect(sum(rows, row => Number(row['delta']))).toBe(report.comparison?.delta.size);
    expect(csv).toHaveLength(rows.length);
  });

  it('shows names as text, whatever is in them', () => {
    const names = ['a,b"c', 'new\nline', '\u001b[31mred', 'right\u202eleft', '##[error]x', "it's", '=1+1'];
    const files = Object.fromEntries(names.map(name => [name, 1]));
    const { rows, csv, text } = listed({ layers: [{ text: 'COPY . /', line: 2, files }] });
    expect(rows.map(({ path }) => path)).toEqual(names.map(name => `/${name}`));
    expect(csv).toMatchObject([
      { path: '/a,b"c' },
      { path: '/new\\nline' },
      { path: '/\\u001b[31mred' },
      { path: '/right\\u202eleft' },
      { path: '/##\\u005berror]x' },
      { path: "/it's" },
      { path: '/=1+1' },
    ]);
    for (const format of ['csv', 'ndjson'] as const) {
      expect(text(format)).not.toMatch(/[^\P{C}\r\n]/u);
      expect(text(format)).not.toContain('##[');
    }
  });

  it('marks as text in CSV what a program would calculate', () => {
    const { csv } = listed({ layers: [{ createdBy: '=HYPERLINK("x")', files: { a: 1 } }] });
    expect(csv).toMatchObject([{ instruction: '\'=HYPERLINK("x")' }]);
  });

  it('is a heading alone for an image without files', () => {
    const { text } = listed({ layers: [] });
    expect(text('csv')).toMatch(/^path,kind,state,(?:\w+,)+version\r\n$/);
    expect(text('ndjson')).toBe('');
  });
});

describe('the format of a list', () => {
  it('is told by the end of its path', () => {
    expect(['a.csv', 'A.CSV', 'a.ndjson', 'a.jsonl', '-', 'a.json', 'csv'].map(listFormatOf)).toEqual([
      'csv',
      'csv',
      'ndjson',
      'ndjson',
      'ndjson',
      null,
      null,
    ]);
  });
});
