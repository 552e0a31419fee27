/**
 * Several lines as one: a space in place of each line end with the white space around it. Not by one pattern:
 * `\s*\n\s*` takes the square of the length of a gap.
 * @param endOf what is left of a line that is not the last; without its trailing white space when absent
 */
export function onOneLine(text: string, endOf: (line: string) => string = line => line): string {
  const lines = text.split(/[\r\n]+/);
  const last = lines.length - 1;
  return lines
    .map((line, index) => {
      const start = index === 0 ? line : line.trimStart();
      return index === last ? start : endOf(start.trimEnd());
    })
    .filter((line, index) => line !== '' || index === 0 || index === last)
    .join(' ');
}
