import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a text takes; colours take none. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** The text in at most `columns` columns, with an ellipsis where its end was cut. Plain text only. */
export function fitEnd(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += columnsOf(segment);
    if (used > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept}…`;
}

/** The same, cut in the middle. */
export function fitMiddle(text: string, columns: number): string {
  if (columnsOf(text) <= columns || columns < 3) return fitEnd(text, columns);
  const head = fitEnd(text, Math.ceil(columns / 2)).slice(0, -1);
  const room = columns - 1 - columnsOf(head);
  let tail = '';
  for (const { segment } of Array.from(graphemes.segment(text)).reverse()) {
    if (columnsOf(segment) + columnsOf(tail) > room) break;
    tail = `${segment}${tail}`;
  }
  return `${head}…${tail}`;
}
