/** The deepest directory that holds all of several paths, with the slash that ends it; null where that is the root. */
export function sharedDirectory([first, ...others]: readonly string[]): string | null {
  if (first === undefined || others.length === 0) return null;
  let end = first.lastIndexOf('/') + 1;
  while (end > 0 && !others.every(path => path.startsWith(first.slice(0, end)))) {
    end = first.slice(0, end - 1).lastIndexOf('/') + 1;
  }
  return end > 0 ? first.slice(0, end) : null;
}
