import type { FakeFile } from './state.ts';

/** A line of the head's file that the diff shows, and the hunk it is in. */
interface ShownLine {
  readonly line: number;
  readonly text: string;
  readonly hunk: number;
}

/** The right side of a patch: what comments can stand on. */
function shownLines(patch: string): readonly ShownLine[] {
  const shown: ShownLine[] = [];
  let [line, hunk] = [0, 0];
  for (const text of patch.split('\n')) {
    const start = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text)?.[1];
    if (start !== undefined) {
      line = Number(start);
      hunk += 1;
    } else if (/^[+ ]/.test(text)) {
      shown.push({ line, text: text.slice(1), hunk });
      line += 1;
    }
  }
  return shown;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The texts of lines that are all in one hunk; or what GitHub says where they are not. */
export function spanTexts(
  files: readonly FakeFile[],
  path: string,
  { start, end }: Span,
): readonly string[] | { readonly refusal: string } {
  const file = files.find(({ filename }) => filename === path);
  if (!file) return { refusal: 'Path could not be resolved' };
  const shown = shownLines(file.patch ?? '');
  const last = shown.find(({ line }) => line === end);
  const first = shown.find(({ line }) => line === start);
  const problems = [
    ...(last ? [] : ['Pull request review thread line must be part of the diff']),
    ...(last && first?.hunk === last.hunk
      ? []
      : start === end
        ? []
        : ['Pull request review thread start line must be part of the same hunk as the line.']),
    ...(last ? [] : ["Pull request review thread diff hunk can't be blank"]),
  ];
  if (problems.length > 0) return { refusal: problems.join(', ') };
  return shown.filter(({ line }) => line >= start && line <= end).map(({ text }) => text);
}

/** Where the lines of a comment stand in another diff of the file; null when they are not there unchanged. */
export function movedSpan(
  files: readonly FakeFile[],
  path: string,
  texts: readonly string[],
  near: number,
): Span | null {
  const shown = shownLines(files.find(({ filename }) => filename === path)?.patch ?? '');
  const starts = shown.flatMap((first, index) => {
    const found = shown.slice(index, index + texts.length);
    const same = found.length === texts.length && found.every(({ text }, at) => text === texts[at]);
    return same && found.every(({ hunk }) => hunk === first.hunk) ? [first.line] : [];
  });
  const [start] = starts.toSorted((a, b) => Math.abs(a - near) - Math.abs(b - near));
  return start === undefined ? null : { start, end: start + texts.length - 1 };
}
