/** What is wrong with a file: the rest of a sentence that begins with its name. */
export class Unreadable extends Error {}

/** A value of a JSON text that nobody is trusted with: what is read of it is what it has to be. */
export class DroppedValue {
  readonly #value: unknown;
  readonly #name: string;
  readonly #within: DroppedValue | null;

  constructor(value: unknown, name = '', within: DroppedValue | null = null) {
    this.#value = value;
    this.#name = name;
    this.#within = within;
  }

  get isNull(): boolean {
    return this.#value === null || this.#value === undefined;
  }

  get isNumber(): boolean {
    return typeof this.#value === 'number';
  }

  /** Whether it is one of these. */
  is(...values: readonly unknown[]): boolean {
    return values.includes(this.#value);
  }

  /** What a record has of that name: null, which is not there, of what is none. */
  at(name: string): DroppedValue {
    const value = isRecord(this.#value) && Object.hasOwn(this.#value, name) ? this.#value[name] : null;
    return new DroppedValue(value, name, this);
  }

  record(): DroppedValue {
    return isRecord(this.#value) ? this : this.#refuse();
  }

  list(max = Number.POSITIVE_INFINITY): readonly DroppedValue[] {
    const value = this.#value;
    if (!Array.isArray(value) || value.length > max) return this.#refuse();
    return value.map((each: unknown, index) => new DroppedValue(each, String(index), this));
  }

  text(): string {
    return typeof this.#value === 'string' ? this.#value : this.#refuse();
  }

  /** A whole number that is not less than zero. */
  count(): number {
    const value = this.#value;
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : this.#refuse();
  }

  orNull<Read>(read: (value: DroppedValue) => Read): Read | null {
    return this.isNull ? null : read(this);
  }

  #refuse(): never {
    throw new Unreadable(`is damaged at ${this.#path()}.`);
  }

  #path(): string {
    const above = this.#within === null ? '' : this.#within.#path();
    return above === '' ? this.#name : `${above}.${this.#name}`;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
