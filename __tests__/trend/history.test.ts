import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  appendLine,
  asideFileName,
  badgeFileName,
  countNewer,
  EMPTY_HISTORY,
  historyFileName,
  isHistoryFile,
  readHistory,
  writeHistory,
} from '../../src/trend/history.ts';
import { formatLine, type HistoryLine, lineName, readLine } from '../../src/trend/history-line.ts';
import { times } from '../support/long.ts';
import { commitOf, growing, historyOf, lineOf } from './history-fixture.ts';

const text = fc.string({ unit: 'binary', maxLength: 120 });
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const anyLine: fc.Arbitrary<HistoryLine> = fc.record({
  version: fc.constant(1 as const),
  ...{ key: text, title: text, platform: text, branch: text, run: text },
  commit: fc.nat().map(commitOf),
  time: fc
    .date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map(date => date.toISOString()),
  pullRequest: fc.option(fc.integer({ min: 1, max: 10_000_000 })),
  ...{ size: count, layerCount: count, wastedBytes: count, compressedSize: fc.option(count) },
  efficiency: fc.double({ min: 0, max: 1, noNaN: true }).map(ratio => ratio + 0),
});

describe('a history', () => {
  it('is read as it was written, whatever is in its texts', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 12 }), lines => {
        const written = writeHistory(historyOf(lines));
        expect(readHistory(written)).toEqual(historyOf(lines));
        expect(written.split('\n')).toHaveLength(lines.length + 1);
        expect(written).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]|##\[/u);
      }),
      { numRuns: times(200) },
    );
  });

  it('takes its good lines from anything', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyLine, fc.string()), { maxLength: 12 }), mixed => {
        const lines = mixed.filter(one => typeof one !== 'string');
        const texts = mixed.map(one => (typeof one === 'string' ? one.replace(/\n/g, '') : formatLine(one)));
        const { entries } = readHistory(texts.join('\n'));
        expect(entries).toEqual(historyOf(lines).entries);
      }),
      { numRuns: times(200) },
    );
  });

  it.each([
    ['a version of text', '{"version":"1"}'],
    ['no version', '{"size":3}'],
    ['a list', '[1]'],
    ['null', 'null'],
    ['a size below zero', formatLine({ ...lineOf(), size: -1 })],
    ['a fraction of a byte', formatLine({ ...lineOf(), size: 1.5 })],
    ['an endless size', formatLine(lineOf()).replace('398100000', '1e400')],
    ['a commit that is none', formatLine(lineOf({ commit: 'main' }))],
    ['a time that is none', formatLine(lineOf({ time: 'yesterday' }))],
    ['a control character', formatLine(lineOf()).replace('"app"', '"a\u0007pp"')],
    ['a huge line', formatLine(lineOf()).replace('"app"', JSON.stringify('x'.repeat(5000)))],
    ['many values', JSON.stringify({ ...lineOf(), more: Array.from({ length: 300 }, () => 0) })],
  ])('counts %s as unread', (_name, line) => {
    const good = formatLine(lineOf());
    expect(readHistory(`${line}\n${good}\n`)).toEqual({
      ...historyOf([lineOf()]),
      unread: '1 line that cannot be read',
    });
  });

  it('keeps lines of a newer version as they are, in their place', () => {
    const newer = '{"version":2,"weight":{"size":1}}';
    const file = [
      formatLine(lineOf({ commit: commitOf(1) })),
      newer,
      formatLine(lineOf({ commit: commitOf(2) })),
    ];
    const read = readHistory(`${file.join('\r\n')}\n\n`);
    expect(read.unread).toBe(null);
    expect(countNewer(read)).toBe(1);
    const { history } = appendLine(read, lineOf({ commit: commitOf(3) }));
    expect(writeHistory(history).split('\n')[1]).toBe(newer);
  });

  it('reads the last lines of a file that has too many', () => {
    const line = formatLine(lineOf());
    const { entries, unread } = readHistory(`{}\n${`${line}\n`.repeat(10_000)}`);
    expect(entries).toHaveLength(10_000);
    expect(unread).toBe('lines before the last 10000');
    expect(readHistory(`\n\n${`${line}\n`.repeat(10_000)}`).unread).toBe(null);
  });

  it('has one line a commit, the last', () => {
    const before = historyOf(growing());
    const again = lineOf({ commit: commitOf(3), run: '5000-2', size: 7 });
    const { history, dropped } = appendLine(before, again);
    expect(dropped).toBe(0);
    expect(history.entries).toHaveLength(40);
    expect(history.entries.at(-1)).toEqual({ kind: 'line', line: again });
  });

  it('drops its oldest tenth when it has too many lines, or bytes', () => {
    const lines = Array.from({ length: 100 }, (_, index) => lineOf({ commit: commitOf(index) }));
    const next = lineOf({ commit: commitOf(1000) });
    const byLines = appendLine(historyOf(lines), next, { lines: 100, bytes: 1e9 });
    expect(byLines.dropped).toBe(11);
    expect(byLines.history.entries).toHaveLength(90);
    expect(byLines.history.entries.at(-1)).toEqual({ kind: 'line', line: next });
    const bytes = writeHistory(historyOf(lines)).length;
    const byBytes = appendLine(historyOf(lines), next, { lines: 1000, bytes });
    expect(byBytes.dropped).toBeGreaterThan(9);
    expect(writeHistory(byBytes.history).length).toBeLessThanOrEqual(bytes * 0.9);
    expect(appendLine(EMPTY_HISTORY, next, { lines: 10, bytes: 10 }).history.entries).toHaveLength(1);
  });

  it('has a name of its own for each key, and so have its badge and what is put aside', () => {
    const keys = ['app/linux/amd64', 'App/linux/amd64', 'app linux amd64', '../../etc', '', '🐳'];
    const names = keys.map(historyFileName);
    expect(new Set(names).size).toBe(keys.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9._-]+\.ndjson$/);
    expect(badgeFileName('app/linux/amd64')).toBe(
      historyFileName('app/linux/amd64').replace('.ndjson', '.svg'),
    );
    expect(names.every(isHistoryFile)).toBe(true);
    expect(isHistoryFile(asideFileName('app', 'f'.repeat(40)))).toBe(false);
  });
});

describe('a line', () => {
  it('is read as it was written', () => {
    expect(readLine(formatLine(lineOf()))).toEqual({ kind: 'line', line: lineOf() });
  });

  it.each(['x', '\u0000', '\u202e', '\u{e0001}', '\ud800', '"', '\\', '👩‍👩‍👧', 'e\u0301'])(
    'is read as it was written with the longest names of %j',
    character => {
      const name = lineName(character.repeat(700));
      expect([...name]).toHaveLength(300);
      expect(name).toMatch(/…$/);
      const line = lineOf({ key: name, title: name, platform: name, branch: name });
      expect(readLine(formatLine(line))).toEqual({ kind: 'line', line });
    },
  );
});
