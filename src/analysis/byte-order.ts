const SURROGATE = /[\ud800-\udfff]/;

/**
 * Compares as the UTF-8 bytes of the texts would: the order of Go's `sort.Strings` and of most tars.
 * JavaScript compares UTF-16 units, which puts everything beyond U+FFFF before U+E000.
 */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

/** Sorts in place by `compareBytes`. */
export function sortByBytes(texts: string[]): string[] {
  return texts.some(text => SURROGATE.test(text)) ? texts.sort(compareBytes) : texts.sort();
}
