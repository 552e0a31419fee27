/**
 * A text without the characters that it ends with, of those which are given, such as `/` or ` \t`. Not by a pattern: one
 * that ends in `$` takes the square of the length of a run in the midst of a text.
 */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
