import type { CountBytes, Progress, Work } from '../../base/effects.ts';
import { WorkInHand } from './work-in-hand.ts';

/** Bytes that are counted without a look at the clock: a layer's headers are read by the hundred thousand. */
const LOOK_EVERY = 1024 * 1024;

/**
 * Work that is going on, the latest last. It is looked at from time to time, and when it counts something: code that leaves
 * its thread no turn is shown as well.
 */
export class WorkList implements Progress {
  readonly #now: () => number;
  readonly #every: number;
  readonly #changed: (list: WorkList) => void;
  readonly #works: WorkInHand[] = [];
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param every milliseconds between two looks
   * @param changed looks at the list: at every change, and from time to time while there is anything in it
   */
  constructor(now: () => number, every: number, changed: (list: WorkList) => void) {
    this.#now = now;
    this.#every = every;
    this.#changed = changed;
  }

  async show<T>(work: Work, body: (count: CountBytes) => Promise<T>): Promise<T> {
    const inHand = new WorkInHand(work, this.#now());
    this.#works.push(inHand);
    // It must not keep a process alive that has nothing else to do.
    this.#timer ??= setInterval(() => this.#changed(this), this.#every).unref();
    this.#changed(this);
    let unseen = 0;
    try {
      return await body(bytes => {
        inHand.count(bytes);
        unseen += bytes;
        if (unseen < LOOK_EVERY) return;
        unseen = 0;
        this.#changed(this);
      });
    } finally {
      this.#works.splice(this.#works.indexOf(inHand), 1);
      if (this.#works.length === 0 && this.#timer !== null) {
        clearInterval(this.#timer);
        this.#timer = null;
      }
      this.#changed(this);
    }
  }

  /** What was begun last, of what has lasted so long or is known to; null where there is none. */
  latest(milliseconds: number): WorkInHand | null {
    const now = this.#now();
    return this.#works.findLast(({ begunAt, isLong }) => isLong || now - begunAt >= milliseconds) ?? null;
  }
}
