import { STUB_NAMES } from './shell-runs.ts';

/** The stubs of a script that is being written. */
export class StubNames {
  /** `c`, `n`, `w` and `u`: commands, in the order of the text. */
  readonly commands: string[] = [];
  /** Whether the script has something that a reader may be unsure about. */
  isUnsure = false;
  readonly #used = new Map<string, number>();

  /** A name that was not there; null when there are no more of its kind. */
  take(kind: keyof typeof STUB_NAMES): string | null {
    const number = (this.#used.get(kind) ?? 0) + 1;
    if (number > STUB_NAMES[kind]) return null;
    this.#used.set(kind, number);
    const name = `${kind}${number}`;
    if (kind !== 's') this.commands.push(name);
    return name;
  }
}
