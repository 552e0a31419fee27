/** What a fix changes in a file: lines that go, and the lines that come in their place. */
export interface Patch {
  /** As locations name it. */
  readonly file: string;
  /** Of the first line that goes, 1-based. */
  readonly startLine: number;
  /** The lines as they are, without their newlines; at least one. */
  readonly before: readonly string[];
  /** What stands there instead; empty where lines are only taken away. */
  readonly after: readonly string[];
}

/** What is longer is not shown to anybody as a patch. */
const MOST_LINES = 400;
const MOST_CHARACTERS = 30_000;

/**
 * The one range of lines that tells two texts of a file apart, as short as can be: changes far apart make it long.
 * A range in which lines are only put has the line before them in it, or the one behind them at the file's top.
 * @returns null when the lines are the same, when there are none to change, or when it would be too long
 */
export function patchBetween(file: string, beforeText: string, afterText: string): Patch | null {
  const [before, after] = [linesOf(beforeText), linesOf(afterText)];
  const shorter = Math.min(before.length, after.length);
  let top = 0;
  while (top < shorter && before[top] === after[top]) top += 1;
  if (top === before.length && top === after.length) return null;
  let bottom = 0;
  while (bottom < shorter - top && before.at(-1 - bottom) === after.at(-1 - bottom)) bottom += 1;
  if (top + bottom === before.length) {
    if (top > 0) top -= 1;
    else if (bottom > 0) bottom -= 1;
    else return null;
  }
  const patch = {
    ...{ file, startLine: top + 1 },
    before: before.slice(top, before.length - bottom),
    after: after.slice(top, after.length - bottom),
  };
  return isShort(patch) ? patch : null;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function isShort({ before, after }: Patch): boolean {
  const lines = [...before, ...after];
  return lines.length <= MOST_LINES && lines.reduce((sum, line) => sum + line.length, 0) <= MOST_CHARACTERS;
}
