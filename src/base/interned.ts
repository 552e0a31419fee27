/** Values that stand in many places, each held once under a number. */
export class Interned<Value> {
  readonly values: Value[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #keyOf: (value: Value) => string;

  constructor(keyOf: (value: Value) => string) {
    this.#keyOf = keyOf;
  }

  /** One more than its index in `values`. */
  number(value: Value): number {
    const key = this.#keyOf(value);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.values.push(value);
    this.#numbers.set(key, this.values.length);
    return this.values.length;
  }
}
