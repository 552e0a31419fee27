import { describe, expect, it } from 'vitest';
import { COMMENTS } from './comments.ts';

/** Of a comment where the screen has 400 px: 16 px around its box and 16 px within, and the box's lines. */
const WIDTH = 334;
/** Around the text of a cell, its line included. */
const PADDING = 27;
/** Of a character in bold letters of 14 px, and of one in code, with what is around that. */
const [LETTER, CODE_LETTER, CODE_PADDING] = [8, 7.2, 10];

/** About the width of what does not break, in pixels. */
function wordWidth(word: string): number {
  const code = /^(?:<code>|`)/.test(word) ? CODE_PADDING : 0;
  const letter = /[\u0000]/.test(word) ? CODE_LETTER : LETTER;
  const text = word.replaceAll(/<[^>]*>|[`*\u0000]/g, '').replaceAll(/&#?\w+;/g, '?');
  return code + letter * [...text].length;
}

/** About the least width of a cell, in pixels. */
function cellWidth(cell: string): number {
  const marked = cell
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/<code>.*?<\/code>|`[^`]*`/g, code => code.replaceAll(/(?<=[ >`-])(?=[^\s<])/g, '\u0000'));
  const words = marked.split(/ |<br>|<wbr>|(?<=[a-z]-)/);
  return Math.max(...words.map(wordWidth));
}

function tablesOf(markdown: string): readonly (readonly string[])[] {
  return [...markdown.matchAll(/(?:^\|.*\n?)+/gm)].map(([table]) => table.trim().split('\n'));
}

function tableWidth(lines: readonly string[]): number {
  const rows = lines
    .filter(line => !/^\|[-:|]+$/.test(line))
    .map(line =>
      line
        .slice(1, -1)
        .split('|')
        .map(cell => cell.trim()),
    );
  const columns = Math.max(...rows.map(row => row.length));
  const widths = Array.from({ length: columns }, (_, index) =>
    Math.max(...rows.map(row => cellWidth(row[index] ?? ''))),
  );
  return widths.reduce((sum, width) => sum + width + PADDING, 1);
}

/** A number with a space before its unit at which a line may break. */
const PARTED = /\d (?:[kMGT]?i?B|pt|%|s|min)(?![\p{L}\d])/gu;

describe.each(Object.entries(COMMENTS))('the comment "%s"', (_name, make) => {
  const markdown = make();

  it('has no table that a narrow screen cuts', () => {
    const tables = tablesOf(markdown);
    expect(tables.filter(lines => tableWidth(lines) > WIDTH)).toEqual([]);
  });

  it('parts no number from its unit', () => {
    const text = markdown.replaceAll(/```[\s\S]*?```|`[^`\n]*`|<code>.*?<\/code>/g, '');
    expect(text.match(PARTED)).toBeNull();
  });
});

it('measures what would be cut', () => {
  const wide = ['| base `abc1234` | this `def5678` | Δ | budget | where |', '|---|---|---|---|---|'];
  expect(tableWidth(wide)).toBeGreaterThan(WIDTH);
  expect(tableWidth([`| +35.1 MB | \`/opt/${'x'.repeat(40)}\` |`])).toBeGreaterThan(WIDTH);
});

it('sees what would be parted', () => {
  const text = 'Efficiency 94.3 % is under 95 %, 3.2 pt less, and 5 minutes, 5 % and 1\u00a0MB are not 2 MB.';
  expect(text.match(PARTED)).toEqual(['3 %', '5 %', '2 pt', '5 %', '2 MB']);
});
