import { lineEnd, rawLines } from './raw-line.ts';

/**
 * The .dockerignore with a pattern at its end, or why it cannot be there: the last pattern that matches a path decides
 * (`moby/patternmatcher`), so that it must not match what an earlier `!` line names. A line that names a folder around it
 * (`!src`) asks for that as a COPY of it would, with whatever is there.
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
    .find(word => word.startsWith('!') && mayName(word.slice(1), pattern));
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

/** Whether an exception may name what the pattern matches, or something in it. Errs towards yes. */
function mayName(exception: string, pattern: string): boolean {
  const [named, matched] = [segmentsOf(exception), segmentsOf(pattern)];
  const rest = matched[0] === '**' ? matched.slice(1) : matched;
  if ([...named, ...rest].some(segment => segment.includes('**') || segment === '..')) return true;
  const starts = rest === matched ? [0] : named.keys();
  return [...starts].some(start => mayLeadInto(named.slice(start, start + rest.length), rest));
}

/** The first as the second, or into it; into a folder around it only by a wildcard. */
function mayLeadInto(named: readonly string[], matched: readonly string[]): boolean {
  if (named.length < matched.length && !named.some(isWild)) return false;
  return matched.every((segment, index) => {
    const other = named[index];
    return other === undefined || mayBeEqual(other, segment);
  });
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
