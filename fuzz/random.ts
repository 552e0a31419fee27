/** Numbers that a seed decides: the same seed and case give the same input on any machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Of one case of one target. */
  static ofCase(target: string, seed: number, index: number): Random {
    let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35);
    for (let at = 0; at < target.length; at += 1)
      state = Math.imul(state ^ target.charCodeAt(at), 0x01000193);
    return new Random(state);
  }

  /** A whole number of 32 bits. @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c (mulberry32) */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** From 0 up to and without `end`; 0 where there is no such number. */
  below(end: number): number {
    return end < 1 ? 0 : this.next() % end;
  }

  /** True in one of so many cases. */
  oneIn(cases: number): boolean {
    return this.next() % cases === 0;
  }

  /** @throws RangeError where there is nothing to choose from */
  pick<T>(items: ArrayLike<T>): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to choose from');
    return item;
  }

  /** Small numbers far more often than large ones. */
  small(end: number): number {
    return this.below(1 + this.below(1 + this.below(end)));
  }
}
