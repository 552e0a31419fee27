/** Positions in two sequences that belong together; ascending in both. */
export type Match = readonly [first: number, second: number];

/** Above it (4 million) a table would cost too much; no image that runs comes near. */
const MAX_CELLS = 4 * 1024 * 1024;

/** A longest common subsequence of two lists of keys; a common one, where they are too long for a table. */
export function commonSubsequence(first: readonly string[], second: readonly string[]): Match[] {
  const shorter = Math.min(first.length, second.length);
  let prefix = 0;
  while (prefix < shorter && first[prefix] === second[prefix]) prefix += 1;
  let suffix = 0;
  while (suffix < shorter - prefix && first.at(-1 - suffix) === second.at(-1 - suffix)) suffix += 1;
  const a = first.slice(prefix, first.length - suffix);
  const b = second.slice(prefix, second.length - suffix);
  const inside =
    a.length * b.length > MAX_CELLS
      ? commonInOrder(a, b)
      : bestAlignment(a.length, b.length, (i, j) => (a[i] === b[j] ? 1 : 0));
  return [
    ...Array.from({ length: prefix }, (_, i): Match => [i, i]),
    ...inside.map(([i, j]): Match => [i + prefix, j + prefix]),
    ...Array.from(
      { length: suffix },
      (_, i): Match => [first.length - suffix + i, second.length - suffix + i],
    ),
  ];
}

/** Takes each key of `first` at its next place in `second`: linear, and in order, but not the longest. */
function commonInOrder(first: readonly string[], second: readonly string[]): Match[] {
  const places = new Map<string, number[]>();
  for (let j = second.length - 1; j >= 0; j -= 1) {
    const key = second[j] ?? '';
    const known = places.get(key);
    if (known) known.push(j);
    else places.set(key, [j]);
  }
  const matches: Match[] = [];
  let next = 0;
  for (const [i, key] of first.entries()) {
    const candidates = places.get(key) ?? [];
    while ((candidates.at(-1) ?? next) < next) candidates.pop();
    const j = candidates.pop();
    if (j === undefined) continue;
    matches.push([i, j]);
    next = j + 1;
  }
  return matches;
}

/**
 * The matches, ascending on both sides, whose weights add up to the most.
 * A weight of 0 forbids a match. @returns nothing where the sides are too long for a table.
 */
export function bestAlignment(
  firstLength: number,
  secondLength: number,
  weight: (first: number, second: number) => number,
): Match[] {
  if (firstLength * secondLength > MAX_CELLS) return [];
  const width = secondLength + 1;
  // best[i, j] is the most that the ends of both sequences, from i and from j, can give.
  const best = new Float64Array((firstLength + 1) * width);
  const at = (i: number, j: number): number => best[i * width + j] ?? 0;
  const matched = (i: number, j: number): number => {
    const own = weight(i, j);
    return own > 0 ? own + at(i + 1, j + 1) : 0;
  };
  for (let i = firstLength - 1; i >= 0; i -= 1) {
    for (let j = secondLength - 1; j >= 0; j -= 1) {
      best[i * width + j] = Math.max(at(i + 1, j), at(i, j + 1), matched(i, j));
    }
  }
  const matches: Match[] = [];
  for (let i = 0, j = 0; i < firstLength && j < secondLength; ) {
    const value = at(i, j);
    if (value > 0 && value === matched(i, j)) matches.push([i++, j++]);
    else if (value === at(i + 1, j)) i += 1;
    else j += 1;
  }
  return matches;
}
