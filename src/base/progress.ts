/** A live line for long work. Written to a terminal only; everywhere else it is silent. */
export interface Progress {
  /** Replaces the line: `reading docker-daemon:app`, 120 of 400 (bytes, when `total` is known). */
  update(label: string, done: number, total: number | null): void;
  /** Clears the line. */
  clear(): void;
}

export const silentProgress: Progress = { update: () => undefined, clear: () => undefined };
