/** How a list of files is written. */
export type ListFormat = 'csv' | 'ndjson';

/** By the ending of its path; `-` is NDJSON, and any other ending null. */
export function listFormatOf(path: string): ListFormat | null {
  if (path === '-' || /\.(?:ndjson|jsonl)$/i.test(path)) return 'ndjson';
  return /\.csv$/i.test(path) ? 'csv' : null;
}
