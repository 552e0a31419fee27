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

/** Whether two patches change a line that is the same. */
export function meet(a: Patch, b: Patch): boolean {
  return (
    a.file === b.file &&
    a.startLine < b.startLine + b.before.length &&
    b.startLine < a.startLine + a.before.length
  );
}
