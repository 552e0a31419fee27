/** Characters that two words may differ by and still be taken for one that was misspelt. */
const MAX_DISTANCE = 3;

/** The word that a misspelt one was probably to be; null where none is near. */
export function findClosestWord(misspelt: string, words: readonly string[]): string | null {
  const [closest] = words
    .map(word => ({ word, distance: countEdits(misspelt.toLowerCase(), word) }))
    .filter(({ word, distance }) => distance <= Math.min(MAX_DISTANCE, Math.floor(word.length / 2)))
    .toSorted((a, b) => a.distance - b.distance);
  return closest?.word ?? null;
}

/** Characters to insert, remove or replace; for words that are far longer than each other only a lower bound. */
function countEdits(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return Math.abs(a.length - b.length);
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const [above = 0, left = 0, diagonal = 0] = [row[j], next[j - 1], row[j - 1]];
      next.push(Math.min(above + 1, left + 1, diagonal + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
