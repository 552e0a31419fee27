import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeSpan, escapeText, htmlCode, link } from '../../src/report/markdown/markdown-text.ts';
import { table } from '../../src/report/markdown/section.ts';
import { safeUrl } from '../../src/report/place-url.ts';
import { hostileText } from '../base/hostile-text.ts';

/** Cells of a table row as GitHub's parser splits them: at pipes without a backslash before them. */
function cellsOf(row: string): number {
  return row.split(/(?<!\\)\|/).length - 2;
}

/** What is left when code is taken out: where references would be linked. */
function outsideCode(markdown: string): string {
  return markdown.replace(/<code>[^<]*<\/code>|`[^`]*`/g, '\u0001');
}

/** What a browser shows of entities. */
function decoded(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_all, code) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

describe.each([
  ['text', escapeText],
  ['code', codeSpan],
  ['code in HTML', htmlCode],
])('%s from outside', (_name, escaping) => {
  it('keeps a table whole', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 2, maxLength: 2 }), texts => {
        const columns = [
          { title: 'a', align: 'left' },
          { title: 'b', align: 'right' },
        ] as const;
        const lines = table(columns, [texts.map(escaping), ['x', 'y']]).split('\n');
        expect(lines).toHaveLength(4);
        expect(lines.map(cellsOf)).toEqual([2, 2, 2, 2]);
      }),
    );
  });

  it('opens no comment, no tag, no reference and no command', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const escaped = escaping(text);
        expect(escaped).not.toMatch(/<!--|-->/);
        expect(escaped.replaceAll(/<\/?code>/g, '')).not.toMatch(/</);
        const open = outsideCode(escaped);
        expect(decoded(open)).not.toMatch(/[@＠]|#\d|:\/\/|www\.|GH-\d|:tada:/i);
        expect(open).not.toMatch(/[`*_~[\]|<\\$]/);
        expect(escaped).not.toMatch(/::|##\[/);
      }),
    );
  });

  it('leaves nothing invisible', () => {
    fc.assert(
      fc.property(hostileText, text => {
        expect(escaping(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

it('leaves plain words alone', () => {
  expect(escapeText('first parent of the merge, 1.5 MB (+3 %)')).toBe(
    'first parent of the merge, 1.5 MB (+3 %)',
  );
  expect(codeSpan('RUN apt-get update && make')).toBe('`RUN apt-get update && make`');
  expect(codeSpan('curl x | sh')).toBe('<code>curl x &#124; sh</code>');
  expect(codeSpan('')).toBe('');
});

it('shows in code what was given', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('`', '|', '<', '&', 'a', '\\', '"', ';', '#'), minLength: 1 }),
      text => {
        const shown = codeSpan(text);
        const inner = shown.startsWith('`') ? shown.slice(1, -1) : decoded(shown.slice(6, -7));
        expect(inner).toBe(text);
      },
    ),
  );
});

it('links only to addresses', () => {
  expect(safeUrl('javascript:alert(1)')).toBeNull();
  expect(safeUrl('https://user:secret@example.org/')).toBeNull();
  expect(safeUrl('not an address')).toBeNull();
  expect(link('a', safeUrl('https://example.org/x) [y](z)?a=1&copy=2') ?? '')).toBe(
    '[a](https://example.org/x%29%20%5By%5D%28z%29?a=1&amp;copy=2)',
  );
});
