/** A line of a file as it is written. */
export interface RawLine {
  readonly text: string;
  /** `\n`, `\r\n`, or nothing at the end of a file. */
  readonly end: string;
}

/** The lines of a text: their texts are those of `Dockerfile.lines`. */
export function rawLines(text: string): readonly RawLine[] {
  const lines: RawLine[] = [];
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const next = newline < 0 ? text.length : newline + 1;
    const line = text.slice(at, next);
    const end = line.endsWith('\r\n') ? '\r\n' : newline >= 0 ? '\n' : line.endsWith('\r') ? '\r' : '';
    lines.push({ text: line.slice(0, line.length - end.length), end });
    at = next;
  }
  return lines;
}

export function joinLines(lines: readonly RawLine[]): string {
  return lines.map(({ text, end }) => text + end).join('');
}

/** The line end that the lines use: that of the last one that has one. */
export function lineEnd(lines: readonly RawLine[]): string {
  return lines.findLast(({ end }) => end.endsWith('\n'))?.end ?? '\n';
}

/** Spaces and tabs before anything else. */
export function indentOf(text: string): string {
  return /^[ \t]*/.exec(text)?.[0] ?? '';
}
