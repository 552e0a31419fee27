import { lineEnd, rawLines } from './raw-line.ts';

/**
 * The .dockerignore with a pattern at its end, or why it cannot be there: the last pattern that matches a path decides
 * (`moby/patternmatcher`), so that it must not match what an earlier `!` line wants to have.
 */
export function ignorePattern(
  text: string,
  pattern: string,
): { readonly text: string } | { readonly problem: string } {
  if (!isPattern(pattern)) return { problem: 'the pattern is not one that a .dockerignore line can hold' };
  const lines = rawLines(text);
  const words = lines.map((line, index) =>
    wordOf(index === 0 ? line.text.replace(/^\uFEFF/, '') : line.text),
  );
  const found = words.findLastIndex(word => cleanPattern(word) === cleanPattern(pattern));
  const exception = words
    .slice(found + 1)
    .find(word => word.startsWith('!') && mayMeet(word.slice(1), pattern));
  if (exception !== undefined)
    return { problem: `the line \`${exception}\` may ask for files that it matches` };
  if (found >= 0) return { text };
  const end = lineEnd(lines);
  const isEnded = text === '' || text === '\uFEFF' || text.endsWith('\n');
  return { text: isEnded ? `${text}${pattern}${end}` : `${text}${end}${pattern}` };
}

function isPattern(pattern: string): boolean {
  return pattern.trim() === pattern && !/^(?:[!#\uFEFF]|[./]*$)|[\n\r\0]/.test(pattern);
}

/** The pattern of a line; empty for comments. */
function wordOf(line: string): string {
  return line.startsWith('#') ? '' : line.trim();
}

/** `/a/./b/` is `a/b`. */
function cleanPattern(pattern: string): string {
  return segmentsOf(pattern).join('/');
}

function segmentsOf(pattern: string): readonly string[] {
  return pattern
    .trim()
    .split('/')
    .filter(segment => segment !== '' && segment !== '.');
}

/**
 * Whether two patterns may match the same path, or one of them a folder around what the other matches. Errs towards
 * yes.
 */
function mayMeet(a: string, b: string): boolean {
  const [left, right] = [segmentsOf(a), segmentsOf(b)];
  for (const [index, segment] of left.entries()) {
    const other = right[index];
    if (other === undefined || [segment, other].some(each => each.includes('**') || each === '..'))
      return true;
    if (!mayBeEqual(segment, other)) return false;
  }
  return true;
}

/** By what stands before the first and behind the last wildcard of each. */
function mayBeEqual(a: string, b: string): boolean {
  const [startA = '', endA = ''] = fixedEnds(a);
  const [startB = '', endB = ''] = fixedEnds(b);
  if (!isWild(a) && !isWild(b)) return a === b;
  const starts = startA.startsWith(startB) || startB.startsWith(startA);
  return starts && (endA.endsWith(endB) || endB.endsWith(endA));
}

function fixedEnds(segment: string): readonly [string, string] {
  return isWild(segment)
    ? [/^[^*?[\\]*/.exec(segment)?.[0] ?? '', /[^*?\]\\]*$/.exec(segment)?.[0] ?? '']
    : [segment, segment];
}

function isWild(segment: string): boolean {
  return /[*?[\]\\]/.test(segment);
}
