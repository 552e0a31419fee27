import type { GitHubApi } from '../api.ts';

/** The right side of one hunk of a diff: lines as the head has them. */
export interface DiffHunk {
  /** Of its first line, 1-based. */
  readonly startLine: number;
  readonly lines: readonly HunkLine[];
}

interface HunkLine {
  /** Without its newline. */
  readonly text: string;
  /** Whether the pull request made it; the others are there for context. */
  readonly isAdded: boolean;
}

const HEADER = /^@@ -\d{1,9}(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@/;

/** Reads a file's patch as GitHub lists it: a unified diff without its head. What is no such text has no hunks. */
export function parseHunks(patch: string): readonly DiffHunk[] {
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
export function findHunk(hunks: readonly DiffHunk[], start: number, end: number): DiffHunk | null {
  const has = ({ startLine, lines }: DiffHunk): boolean =>
    start >= startLine && end < startLine + lines.length && start <= end;
  return hunks.find(has) ?? null;
}

/** The lines of a hunk from one line of the file to another; those of them that it has. */
export function linesBetween(
  { startLine, lines }: DiffHunk,
  start: number,
  end: number,
): readonly HunkLine[] {
  return lines.slice(Math.max(0, start - startLine), Math.max(0, end - startLine + 1));
}

/**
 * The hunks of some files of a pull request, by path; a file that it does not change has none. GitHub leaves out the
 * patches of an answer that would have too many lines, so such a file is asked for again, alone.
 * @throws GitHubRequestError
 */
export async function readChangedHunks(
  api: GitHubApi,
  pullRequest: number,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly DiffHunk[]>> {
  const found = new Map<string, readonly DiffHunk[]>();
  const left = new Set(paths);
  let index = 0;
  for await (const page of api.reviews.files(pullRequest)) {
    for (const file of page) {
      if (left.delete(file.path)) {
        const patch = file.patch ?? (await patchOf(api, pullRequest, index, file.path));
        if (patch !== null) found.set(file.path, parseHunks(patch));
      }
      index += 1;
    }
    if (left.size === 0) break;
  }
  return found;
}

async function patchOf(
  api: GitHubApi,
  pullRequest: number,
  index: number,
  path: string,
): Promise<string | null> {
  const file = await api.reviews.fileAt(pullRequest, index);
  return file?.path === path ? file.patch : null;
}
