/** The right side of one hunk of a diff: lines as the head has them. */
export interface DiffHunk {
  /** Of its first line, 1-based. */
  readonly startLine: number;
  readonly lines: readonly HunkLine[];
}

export interface HunkLine {
  /** Without its newline. */
  readonly text: string;
  /** Whether the pull request made it; the others are there for context. */
  readonly isAdded: boolean;
}

const HEADER = /^@@ -\d{1,9}(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@/;

/** Reads a file's patch as GitHub lists it: a unified diff without its head. What is no such text has no hunks. */
export function diffHunks(patch: string): readonly DiffHunk[] {
  const hunks: { startLine: number; lines: HunkLine[] }[] = [];
  for (const line of patch.split('\n')) {
    const startLine = HEADER.exec(line)?.[1];
    if (startLine !== undefined) hunks.push({ startLine: Number(startLine), lines: [] });
    else if (line.startsWith('+') || line.startsWith(' ')) {
      hunks.at(-1)?.lines.push({ text: line.slice(1), isAdded: line.startsWith('+') });
    }
  }
  return hunks;
}

/** Where a comment can stand: the hunk that has all of the lines, 1-based, inclusive; null when none has. */
export function hunkWith(hunks: readonly DiffHunk[], start: number, end: number): DiffHunk | null {
  const has = ({ startLine, lines }: DiffHunk): boolean =>
    start >= startLine && end < startLine + lines.length && start <= end;
  return hunks.find(has) ?? null;
}

/** The lines of a hunk from one line of the file to another; those of them that it has. */
export function linesOf({ startLine, lines }: DiffHunk, start: number, end: number): readonly HunkLine[] {
  return lines.slice(Math.max(0, start - startLine), Math.max(0, end - startLine + 1));
}
