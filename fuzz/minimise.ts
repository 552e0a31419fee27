/** How long a search for a smaller input may take. Milliseconds. */
const MAX_SEARCH = 30_000;

/**
 * A smaller input with the same fault: parts are taken out, from halves down to single bytes, as long as it stays.
 * @param hasFault whether an input still has it
 */
export async function minimise(
  input: Uint8Array,
  hasFault: (smaller: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  const until = Date.now() + MAX_SEARCH;
  let least = input;
  // Powers of two: whole blocks of a tar go first.
  let size = 2 ** Math.floor(Math.log2(Math.max(least.length, 1)));
  while (size >= 1 && Date.now() < until) {
    let isSmaller = false;
    for (let at = 0; at < least.length && Date.now() < until; ) {
      const smaller = new Uint8Array(least.length - Math.min(size, least.length - at));
      smaller.set(least.subarray(0, at));
      smaller.set(least.subarray(at + size), at);
      if (smaller.length < least.length && (await hasFault(smaller))) {
        least = smaller;
        isSmaller = true;
      } else at += size;
    }
    if (!isSmaller || size > 1) size = Math.floor(size / 2);
  }
  return least;
}
