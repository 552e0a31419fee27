import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { code, phrase } from '../../src/base/phrase.ts';
import { safeText } from '../../src/base/untrusted-text.ts';
import { cell } from '../../src/report/terminal/cell.ts';
import { columnLines } from '../../src/report/terminal/columns.ts';
import { fitEnd, fitMiddle } from '../../src/report/terminal/fit.ts';
import { makePage } from '../../src/report/terminal/page.ts';
import { phraseLines } from '../../src/report/terminal/phrase-terminal.ts';
import { renderTerminal } from '../../src/report/terminal/render-terminal.ts';
import { hostileText } from '../base/hostile-text.ts';
import { REPORTS } from './all-reports.ts';
import { failing } from './reports.ts';

const pageOf = (columns: number) => makePage({ columns, color: false }, null);

it('starts no command of a runner', () => {
  fc.assert(
    fc.property(hostileText, text => {
      const report = { ...failing(), notices: [{ code: 'x', message: text }], title: text };
      const shown = renderTerminal(report, { columns: 80, color: false });
      for (const line of shown.split('\n')) expect(line.trim()).not.toMatch(/^::|##\[/);
    }),
    { numRuns: 50 },
  );
});

it('cuts to the width that a terminal shows', () => {
  fc.assert(
    fc.property(
      hostileText.map(text => safeText(text, 'terminal')),
      fc.integer({ min: 0, max: 40 }),
      (text, columns) => {
        expect(stringWidth(fitEnd(text, columns))).toBeLessThanOrEqual(columns);
        expect(stringWidth(fitMiddle(text, columns))).toBeLessThanOrEqual(columns);
        if (stringWidth(text) <= columns) expect(fitMiddle(text, columns)).toBe(text);
      },
    ),
  );
});

it('breaks phrases at the width', () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 40, max: 60 }), (text, columns) => {
      for (const line of phraseLines(phrase`a ${text}, b ${code(text)}.`, pageOf(columns))) {
        expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      }
    }),
  );
});

it('aligns columns whatever stands in them', () => {
  const columns = [
    { title: 'n', align: 'right' },
    { title: 'text', align: 'left', flexible: 'end' },
    { title: 'last', align: 'right' },
  ] as const;
  fc.assert(
    fc.property(fc.array(hostileText, { minLength: 1, maxLength: 5 }), texts => {
      const rows = texts.map((text, index) => [cell(String(index)), cell(text), cell('|')]);
      const lines = columnLines(columns, rows, pageOf(60));
      expect(lines).toHaveLength(texts.length + 1);
      const ends = new Set(lines.slice(1).map(line => stringWidth(line)));
      expect(ends.size).toBe(1);
      expect(Math.max(...ends)).toBeLessThanOrEqual(60);
    }),
  );
});

describe.each(Object.entries(REPORTS))('the %s report', (_name, make) => {
  it.each([40, 60, 80, 100, 200, Number.NaN])('stays within %i columns', columns => {
    const width = columns || 80;
    for (const color of [false, true]) {
      const lines = renderTerminal(make(), { columns, color }).split('\n');
      expect(lines.filter(line => stringWidth(line) > width)).toEqual([]);
    }
  });

  it('says the same without colour', () => {
    const bare = renderTerminal(make(), { columns: 80, color: false });
    const colored = renderTerminal(make(), { columns: 80, color: true });
    expect(colored).not.toBe(bare);
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(bare);
    expect(bare).not.toMatch(/\u001b/);
  });
});
