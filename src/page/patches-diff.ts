import type { Patch } from '../findings/fix/patch-lines.ts';
import { type DiffLine, lineDiff } from '../report/line-diff.ts';

/** Lines around a change, as `git diff` shows them. */
const CONTEXT = 3;

/** A file as it is, as far as it is known. */
export interface PatchedText {
  readonly file: string;
  readonly text: string;
}

/**
 * Patches as one diff that `git apply` and `patch -p1` take. Where the text of a file is not there, or is another, hunks
 * have no lines around them: `patch -p1` takes those, too.
 * @param patches none of which meets another, in the order of their lines, file by file
 */
export function patchesDiff(patches: readonly Patch[], texts: readonly PatchedText[]): string {
  const files = Map.groupBy(patches, ({ file }) => file);
  return [...files]
    .map(([file, own]) =>
      fileDiff(
        file,
        own,
        texts.find(text => text.file === file),
      ),
    )
    .join('');
}

interface HunkLine extends DiffLine {
  /** Whether no newline ends it. */
  readonly isOpen?: boolean;
}

const NO_NEWLINE = '\\ No newline at end of file\n';

interface Hunk {
  /** Of the first line, 1-based. */
  readonly start: number;
  readonly lines: readonly DiffLine[];
}

function fileDiff(file: string, patches: readonly Patch[], known: PatchedText | undefined): string {
  const lines = known === undefined ? null : linesOf(known.text);
  const fits = lines !== null && patches.every(patch => isIn(patch, lines));
  const hunks = fits ? hunksWithin(patches, lines) : patches.map(bareHunk);
  const isOpen = fits && known !== undefined && !known.text.endsWith('\n');
  const last = isOpen ? lines.length : null;
  let shift = 0;
  const texts = hunks.map(hunk => {
    const text = hunkText(hunk, shift, last);
    shift += count(hunk, '+') - count(hunk, '-');
    return text;
  });
  return `--- a/${file}\n+++ b/${file}\n${texts.join('')}`;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function isIn({ startLine, before }: Patch, lines: readonly string[]): boolean {
  return before.every((line, index) => lines[startLine - 1 + index] === line);
}

function bareHunk({ startLine, before, after }: Patch): Hunk {
  return { start: startLine, lines: lineDiff(before, after) };
}

/** Those that are near each other share the lines between them. */
function hunksWithin(patches: readonly Patch[], lines: readonly string[]): readonly Hunk[] {
  const hunks: { start: number; lines: DiffLine[]; end: number }[] = [];
  for (const { startLine, before, after } of patches) {
    let hunk = hunks.at(-1);
    if (hunk === undefined || startLine - CONTEXT > hunk.end + CONTEXT) {
      if (hunk !== undefined) addContext(hunk, hunk.end + CONTEXT - 1);
      const start = Math.max(1, startLine - CONTEXT);
      hunk = { start, lines: [], end: start };
      hunks.push(hunk);
    }
    addContext(hunk, startLine - 1);
    hunk.lines.push(...lineDiff(before, after));
    hunk.end = startLine + before.length;
  }
  const last = hunks.at(-1);
  if (last !== undefined) addContext(last, last.end + CONTEXT - 1);
  return hunks;

  /** @param to the last line that is shown, 1-based */
  function addContext(hunk: { lines: DiffLine[]; end: number }, to: number): void {
    for (const text of lines.slice(hunk.end - 1, Math.max(hunk.end - 1, to)))
      hunk.lines.push({ sign: ' ', text });
    hunk.end = Math.max(hunk.end, to + 1);
  }
}

/**
 * @param shift lines that hunks above it add
 * @param last the number of the file's last line where no newline ends it; null where one does
 */
function hunkText(hunk: Hunk, shift: number, last: number | null): string {
  const [old, now] = [count(hunk, '-') + count(hunk, ' '), count(hunk, '+') + count(hunk, ' ')];
  const { start } = hunk;
  // A side without lines is told by the line before it.
  const from = old === 0 ? start - 1 : start;
  const to = now === 0 ? start + shift - 1 : start + shift;
  const lines: readonly HunkLine[] =
    last !== null && start + old - 1 === last ? withOpenEnd(hunk.lines) : hunk.lines;
  const body = lines.map(({ sign, text, isOpen }) => `${sign}${text}\n${isOpen ? NO_NEWLINE : ''}`);
  return `@@ -${from},${old} +${to},${now} @@\n${body.join('')}`;
}

/** Lines of which those that end the file, before and after, have no newline. */
function withOpenEnd(lines: readonly DiffLine[]): readonly HunkLine[] {
  const [old, now] = [lastOf(lines, '-'), lastOf(lines, '+')];
  return lines.flatMap((line, index): readonly HunkLine[] => {
    const isOpen = index === old || index === now;
    // What ends the old text and not the new one gets a newline: it is another line.
    if (old === now || !isOpen || line.sign !== ' ') return [{ ...line, isOpen }];
    return [
      { sign: '-', text: line.text, isOpen: index === old },
      { sign: '+', text: line.text, isOpen: index === now },
    ];
  });
}

/** The last line of the old text, or of the new one. */
function lastOf(lines: readonly DiffLine[], sign: '-' | '+'): number {
  return lines.findLastIndex(line => line.sign === sign || line.sign === ' ');
}

function count({ lines }: Hunk, sign: DiffLine['sign']): number {
  return lines.filter(line => line.sign === sign).length;
}
