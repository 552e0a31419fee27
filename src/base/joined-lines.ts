/** A text without the ends of lines that go on, and where each of its characters stood. */
export interface JoinedLines {
  readonly text: string;
  /** Where a character of the joined text is in the whole one. */
  offsetOf(at: number): number;
}

/**
 * A backslash at the end of a line, as shells and Dockerfiles have it, or a backtick behind a blank, as Dockerfiles for Windows
 * do; with the comments that may follow within an instruction.
 */
const CONTINUED = /(?:\\|(?<=[ \t=])`)[ \t]{0,80}\r?\n(?:[ \t]{0,80}#[^\n]*\n){0,100}/g;

/** Joins lines as a shell or a builder does; null where none goes on. Linear. */
export function joinContinued(text: string): JoinedLines | null {
  const parts: { readonly joinedAt: number; readonly at: number }[] = [{ joinedAt: 0, at: 0 }];
  let joined = '';
  let from = 0;
  for (const { index, 0: end } of text.matchAll(CONTINUED)) {
    joined += text.slice(from, index);
    from = index + end.length;
    parts.push({ joinedAt: joined.length, at: from });
  }
  if (from === 0) return null;
  joined += text.slice(from);
  return {
    text: joined,
    offsetOf: at => {
      let [low, high] = [0, parts.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((parts[middle]?.joinedAt ?? 0) <= at) low = middle;
        else high = middle - 1;
      }
      const part = parts[low];
      return part === undefined ? at : part.at + at - part.joinedAt;
    },
  };
}
