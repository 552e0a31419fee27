/** Values that stand in many places, each held once under a number. */
export class Interned<Value> {
  readonly values: Value[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #keyOf: (value: Value) => string;
  readonly #kept: (value: Value) => Value;

  /**
   * @param keyOf equal for values that are the same
   * @param kept what is held of a value: of one that has more than its type says, no more than that
   */
  constructor(keyOf: (value: Value) => string, kept: (value: Value) => Value = value => value) {
    this.#keyOf = keyOf;
    this.#kept = kept;
  }

  /** One more than its index in `values`; null for a value that has no number. */
  find(value: Value): number | null {
    return this.#numbers.get(this.#keyOf(value)) ?? null;
  }

  /** One more than its index in `values`, where it is put if it is new. */
  number(value: Value): number {
    const key = this.#keyOf(value);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.values.push(this.#kept(value));
    this.#numbers.set(key, number);
    return number;
  }
}
