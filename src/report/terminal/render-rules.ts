import { RULE_FAMILIES } from '../../findings/rules.ts';
import { columnsOf } from '../text-width.ts';
import { cell, escapeCell } from './cell.ts';
import { makePage, type TerminalOptions } from './page.ts';
import { wrapCell, wrapText } from './wrap.ts';

/** All rules by family, each with what it finds, in one line. */
export function renderRules(options: TerminalOptions): string {
  const page = makePage(options, null);
  const width = Math.max(...RULE_FAMILIES.flatMap(({ rules }) => rules.map(({ id }) => id.length))) + 2;
  const blocks = RULE_FAMILIES.map(({ title, rules }) => {
    const rows = rules.map(({ id, finds }) => {
      const lines = wrapText(plain(finds), page.width - width - 2).split('\n');
      const indent = ' '.repeat(width + 2);
      return `  ${page.paint('code', id)}${' '.repeat(width - columnsOf(id))}${lines.join(`\n${indent}`)}`;
    });
    return [page.paint('strong', title), ...rows].join('\n');
  });
  return `${blocks.join('\n\n')}\n\nMore of one: deadweight explain RULE\n`;
}

/**
 * The page of a rule, as the repository has it in Markdown: headings, paragraphs, blocks of code and tables of two columns,
 * which become lists.
 */
export function renderRulePage(markdown: string, options: TerminalOptions): string {
  const page = makePage(options, null);
  const lines: string[] = [];
  let isCode = false;
  // The first row of a table only names its columns.
  const prose = markdown.replace(/^\|.*\|\n(?=\|[- |]+\|$)/gm, '');
  for (const line of prose.split('\n')) {
    if (line.startsWith('```')) {
      isCode = !isCode;
    } else if (isCode) {
      const tone = line.startsWith('+') ? 'good' : line.startsWith('-') ? 'bad' : 'none';
      lines.push(`    ${page.paint(tone, line)}`);
    } else {
      const shown = proseLine(line);
      if (shown === null) continue;
      const heading = /^#+ (.*)$/.exec(line)?.[1];
      if (heading !== undefined) lines.push(page.paint('title', plain(heading)));
      else lines.push(...wrapCell(escapeCell(cell(shown)), page.proseWidth, page.paint, 'keep'));
    }
    if (!isCode && line === '') lines.push('');
  }
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}

/** A line of text as a terminal shows it; null for one that only Markdown needs. */
function proseLine(line: string): string | null {
  if (line.startsWith('<!--') || line.startsWith('[All rules]') || /^\|[-: |]+\|$/.test(line)) return null;
  const row = /^\| (.*) \|$/.exec(line)?.[1];
  return plain((row === undefined ? line : `${row.split(' | ').join(': ')}`).replace(/^> /, ''));
}

/** Without the marks of Markdown; of a link its words, of a code span what stands in it. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/\*\*|`/g, '');
}
