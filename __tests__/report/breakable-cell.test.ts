import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakableCell } from '../../src/report/markdown/breakable-cell.ts';
import { codeSpan, escapeText, link } from '../../src/report/markdown/markdown-text.ts';
import { hostileText } from '../base/hostile-text.ts';
import { times } from '../support/long.ts';

const TWO = 2;
const LONGEST = 24;

/** A cell as a reader sees it, and where it may break as a new line. */
function shown(cell: string): string {
  return cell
    .replaceAll(/`([^`]*)`/g, (_, code: string) => code.replaceAll('&', '&amp;').replaceAll('<', '&lt;'))
    .replaceAll('<wbr>', '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

describe('a cell', () => {
  it.each([
    ['`/usr/local/share/`, 10 files added', '`/usr/local/share/`, 10 files added'],
    ['`apt-get install -y --no-install-recommends ca-certificates`', null],
    [
      '`/opt/internationalization_support/library`',
      '<code>/opt/<wbr>internationalization&#95;<wbr>support/library</code>',
    ],
    ['`/opt/billing/billing-1.4.0.jar`', '<code>/opt/billing/<wbr>billing-1.4.0.jar</code>'],
    [`\`${'a'.repeat(30)}\``, `<code>${'a'.repeat(24)}<wbr>aaaaaa</code>`],
    ['**+35.1 MB**', null],
    ['[Dockerfile:4](https://github.com/acme/app/blob/def5678a9b0c1d2e3f40516#L4)', null],
  ])('%s breaks where a word is too long', (cell, expected) => {
    expect(breakableCell(cell, TWO)).toBe(expected ?? cell);
  });

  it('allows shorter words where there are more columns', () => {
    expect(breakableCell('`docker.io/library`', TWO)).toBe('`docker.io/library`');
    expect(breakableCell('`docker.io/library`', 3)).toBe('<code>docker.io/<wbr>library</code>');
  });

  it('shows what it showed, and no word is longer than a column is wide', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (name, title, text) => {
        const label = escapeText(title);
        const cell = `${codeSpan(name)} ${link(label, 'https://x.io/a%29')} ${escapeText(text)}`;
        const broken = shown(breakableCell(cell, TWO));
        expect(broken.replaceAll('\n', '')).toBe(shown(cell));
        const words = broken
          .replaceAll(' [', ' ')
          .replaceAll(/\]\(\S*\)/g, ' ')
          .split(/\s/);
        const long = words.filter(word => [...word].length > LONGEST && !word.includes('-'));
        expect(long).toEqual([]);
      }),
      { numRuns: times(200) },
    );
  });
});
