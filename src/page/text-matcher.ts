/** Whether a text that somebody searches for is a glob. */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/**
 * Tells which texts have what is searched for, whatever the case: globs match all of a text, others a part of it.
 * @param isStart whether a part has to be the beginning
 */
export function textMatcher(wanted: string, isStart = false): (text: string) => boolean {
  const lower = wanted.toLowerCase();
  return text => {
    const searched = text.toLowerCase();
    if (isGlob(lower)) return matchesGlob(lower, searched);
    return isStart ? searched.startsWith(lower) : searched.includes(lower);
  };
}

/** No regular expression: that of many stars takes a power of the text's length. */
function matchesGlob(glob: string, text: string): boolean {
  let [at, star, start] = [0, -1, 0];
  for (let index = 0; index < text.length; ) {
    const wanted = glob[at];
    if (wanted === '*') {
      star = at;
      start = index;
    } else if (wanted === '?' || wanted === text[index]) index += 1;
    else if (star < 0) return false;
    else {
      // What the last star takes grows by one.
      start += 1;
      index = start;
      at = star;
    }
    at += 1;
  }
  return /^\**$/.test(glob.slice(at));
}
