/** Work in slices: it yields where others may have their turn, and is given up by not going on. */
export type SlicedWork<T> = Generator<undefined, T>;

/** Does all of it at once. */
export function finished<T>(work: SlicedWork<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
