/** As many as libuv has threads for. */
const MAX_RUNNING = 4;

/** Runs compressions on the thread pool, a few at a time, and counts what they are given. */
export class CompressionPool {
  /** Is told of bytes that are to be compressed: those of other codecs as many as gzip would take as long for. */
  readonly count: (bytes: number) => void;
  #running = 0;
  readonly #queue: (() => void)[] = [];
  #waiters: (() => void)[] = [];

  constructor(count: (bytes: number) => void = () => undefined) {
    this.count = count;
  }

  run(compress: () => Promise<number>): Promise<number> {
    const result = this.#turn().then(compress);
    const leave = (): void => this.#leave();
    result.then(leave, leave);
    return result;
  }

  /** For whoever could fill the memory with what is still to be compressed: wait, when it is a promise. */
  room(): undefined | Promise<void> {
    if (this.#queue.length === 0) return undefined;
    return new Promise(resolve => {
      this.#waiters.push(resolve);
    });
  }

  async #turn(): Promise<void> {
    if (this.#running >= MAX_RUNNING) await new Promise<void>(resolve => this.#queue.push(resolve));
    else this.#running += 1;
  }

  /** Hands its place to the next. */
  #leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#running -= 1;
    else next();
    if (this.#queue.length > 0) return;
    for (const wake of this.#waiters) wake();
    this.#waiters = [];
  }
}
