import type { Part, Phrase } from '../../base/phrase.ts';
import { safeText } from '../../base/untrusted-text.ts';
import { columnsOf } from '../text-width.ts';
import { type Cell, escapeCell } from './cell.ts';
import { fitDistinct, fitMiddle } from './fit.ts';
import { nameLine, type Page } from './page.ts';
import type { Tone } from './style.ts';
import { wrapCell } from './wrap.ts';

const TONES: Readonly<Record<Part['kind'], Tone>> = {
  text: 'none',
  strong: 'strong',
  code: 'code',
  link: 'dim',
  place: 'place',
};

/** A phrase as runs of tones, its places named as the page names them. */
export function phraseCell(content: Phrase, page: Page): Cell {
  return content.map(part => ({
    text: part.kind === 'place' ? nameLine(part.location, page) : part.text,
    tone: TONES[part.kind],
  }));
}

/** A phrase in lines that the page has room for, broken at spaces. */
export function phraseLines(content: Phrase, page: Page): readonly string[] {
  return wrapCell(escapeCell(phraseCell(content, page)), page.proseWidth, page.paint);
}

/** What a reader may want to copy from, in lines as `phraseLines`, but for paths and addresses that are longer. */
export function noticeLines(content: Phrase, page: Page): readonly string[] {
  return wrapCell(escapeCell(phraseCell(content, page)), page.proseWidth, page.paint, 'keep');
}

export interface ListItem {
  readonly sign: string;
  readonly tone: Tone;
  readonly content: Phrase;
  /** Below it: a command, in parts between which a line may end. Absent where there is none. */
  readonly command?: readonly string[] | undefined;
}

const INDENT = '  ';

/** A list of phrases, each under its sign and indented to it. */
export function listLines(items: readonly ListItem[], page: Page): readonly string[] {
  const indent = Math.max(0, ...items.map(item => columnsOf(item.sign))) + 1;
  const contents = tellApart(items.map(({ content }) => content));
  return items.flatMap(({ sign, tone, command }, index) => {
    const width = page.proseWidth - INDENT.length - indent;
    const lines = phraseLines(contents[index] ?? [], { ...page, proseWidth: width });
    const below = command === undefined ? [] : commandLines(command, { ...page, proseWidth: width });
    return [...lines, ...below].map((line, row) => {
      const lead = row === 0 ? sign : '';
      const space = ' '.repeat(indent - columnsOf(lead));
      return `${INDENT}${page.paint(tone, lead)}${space}${line}`;
    });
  });
}

/** A command that a reader may want to copy, in lines that a shell joins; none is parted within a name. */
export function commandLines(parts: readonly string[], { proseWidth, paint }: Page): readonly string[] {
  const [first = '', ...others] = parts.map(part => safeText(part, 'terminal'));
  const lines = [first];
  for (const part of others) {
    const last = lines.at(-1) ?? '';
    // The shell's sign for a line that goes on has its place, too.
    if (columnsOf(`${last} ${part} \\`) <= proseWidth) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(`${INDENT}${part}`);
  }
  return lines.map((line, index) => paint('code', index < lines.length - 1 ? `${line} \\` : line));
}

/** Names that were cut to the same text are cut again, so that they differ. */
function tellApart(contents: readonly Phrase[]): readonly Phrase[] {
  const cuts = new Map<string, Set<string>>();
  for (const part of contents.flat()) {
    if (part.kind !== 'code' || part.whole === undefined) continue;
    cuts.set(part.text, (cuts.get(part.text) ?? new Set()).add(part.whole));
  }
  const shown = new Map<string, string>();
  for (const [text, wholes] of cuts) {
    if (wholes.size < 2) continue;
    const names = [...wholes];
    fitDistinct(names, columnsOf(text), fitMiddle).forEach((name, index) => {
      shown.set(names[index] ?? '', name);
    });
  }
  if (shown.size === 0) return contents;
  return contents.map(content =>
    content.map(part => {
      if (part.kind !== 'code' || part.whole === undefined) return part;
      return { ...part, text: shown.get(part.whole) ?? part.text };
    }),
  );
}
