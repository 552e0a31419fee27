import { isAscii, isUtf8 } from 'node:buffer';
import { asBuffer, readText } from '../tar/tar-text.ts';

const NEWLINE = 0x0a;

/** Content as text, its bytes that are not UTF-8 as `\xHH`: as the names of a tar are read, so that they are equal. */
export function textOf(content: Uint8Array): string {
  const buffer = asBuffer(content);
  if (isAscii(buffer)) return buffer.toString('latin1');
  if (isUtf8(buffer)) return buffer.toString('utf8');
  const lines: string[] = [];
  for (let start = 0; start <= buffer.length; ) {
    const newline = buffer.indexOf(NEWLINE, start);
    const end = newline < 0 ? buffer.length : newline;
    lines.push(readText(buffer, start, end - start));
    start = end + 1;
  }
  return lines.join('\n');
}

/** Visits the lines of a text without their ends, `\n` or `\r\n`. Holds one at a time. */
export function forEachLine(text: string, visit: (line: string) => void): void {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    visit(text.slice(start, end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end));
    start = end + 1;
  }
}
