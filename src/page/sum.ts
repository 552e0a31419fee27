/** The sum of a number that each of them has. */
export function sumOf<Each>(list: readonly Each[], number: (each: Each) => number): number {
  return list.reduce((sum, each) => sum + number(each), 0);
}
